// The smallest worker: examples/sdk/start.ts gives it something to do.
import { worker } from '@orrery/sdk';
import { z } from 'zod';

const w = worker({ url: 'http://127.0.0.1:8000' });
w.task('greet', z.object({ name: z.string() }), async ({ name }) => ({ said: `hello, ${name}` }));
await w.run();
