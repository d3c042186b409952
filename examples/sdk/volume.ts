// Many runs over one connection: what is asked in one turn travels together.
import { OrreryClient } from '@orrery/sdk';

const session = new OrreryClient({ url: process.argv[2] }).session();
const names = Array.from({ length: 10_000 }, (_, n) => `moon ${n}`);
const ends = await Promise.all(names.map((name) => session.run('greeting', { input: { name } })));
console.log(`${ends.filter(({ status }) => status === 'completed').length} of ${ends.length} completed`);
session.close();
