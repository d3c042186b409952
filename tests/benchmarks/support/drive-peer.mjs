// node drive-peer.mjs DATABASE_URL VARIANT WORK COUNT: runs a work as the harness of engines does, in small. Its worker lives
// in this process. Prints the groups of processes that it was given to count, and how the runs ended.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import * as peer from '../../../benchmarks/orrery-peer.mjs';
import { result } from '../../../benchmarks/works.mjs';

const [databaseUrl, variant, work, count] = process.argv.slice(2);
const groups = [];
const servers = [];
let worker;

async function listens(port) {
  for (;;) {
    const socket = connect(port, '127.0.0.1');
    const isUp = await once(socket, 'connect').catch(() => undefined);
    socket.destroy();
    if (isUp) return;
    await sleep(20);
  }
}

const tally = {
  step(wf, k) {
    if (work === 'saga' && k === 4) throw new Error('on purpose');
    return result(wf, k);
  },
  compensate: (_wf, k) => ({ undone: k }),
};

const context = {
  work,
  tally,
  opts: variant === 'library' ? {} : { variant },
  database: async () => databaseUrl,
  async server(group, command, args, { port, env }) {
    groups.push(group);
    servers.push(spawn(command, args, { stdio: 'ignore', env: { ...process.env, ...env } }));
    await listens(port);
  },
  async worker(cfg) {
    groups.push('worker');
    worker = await peer.worker({ cfg, work, tally });
  },
};

const run = await peer.start(context);
const outcomes = await Promise.all(Array.from({ length: Number(count) }, (_, index) => run.submit(`b-${index}`).done));
await run.stop();
await worker?.stop();
for (const server of servers) {
  server.kill('SIGTERM');
  await once(server, 'exit');
}
console.log(JSON.stringify({ works: peer.works, groups, outcomes }));
process.exit(0);
