// The first worker of docs/tutorial.md, in TypeScript.
import { worker } from '@orrery/sdk';
import { z } from 'zod';

const w = worker({ url: process.argv[2] });
w.task('tutorial.greet', z.object({ name: z.string() }), ({ name }) => ({ said: `hello, ${name}` }));
await w.run();
