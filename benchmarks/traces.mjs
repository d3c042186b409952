// npm run bench:traces: what does it cost a workflow to be traced? The same runs by a server that sends its spans to a
// collector, which throws them away, and by one that makes none, in turn and each over a database of its own. The steps and
// the client, which starts runs over HTTP, are in this process. Processor time is that of the server and its backends.
import { once } from 'node:events';
import { createServer } from 'node:http';
import { build, loadEngine } from './bundle.mjs';
import { median, readOptions, report, round } from './command-line.mjs';
import { openServer } from './database.mjs';
import { countProcessorTime } from './processor-time.mjs';
import { startServer } from './server-process.mjs';
import { WORKS, definitionOf, order, result } from './works.mjs';

const IN_FLIGHT = 100;

const { work, n, pairs } = readOptions('bench:traces', { work: ['chain10', ...WORKS], n: 1_000, pairs: 5 });
build('standalone');
const { OrreryClient, openEmbeddedPostgres, worker } = await loadEngine();
const databases = await openServer(openEmbeddedPostgres);

/** Takes whatever is sent, and counts the bytes. */
async function openCollector() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk) => (bytes += chunk.length));
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${server.address().port}`, bytes: () => bytes, close: () => server.close() };
}

async function drive(client, name, count) {
  let next = 0;
  const one = async () => {
    while (next < count) {
      const { id } = await client.workflows.start(work, { input: order(`${name}-${next++}`) });
      await client.workflows.waitForResult(id);
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, one));
}

/** Runs all of them twice: the second time it counts. Milliseconds a run. */
async function measure(settings) {
  const { url: databaseUrl, drop } = await databases.create();
  const server = await startServer({ DATABASE_URL: databaseUrl, ...settings });
  const log = { ...console, info: () => undefined };
  const steps = worker({ url: server.url, concurrency: 1_000, log });
  steps.task('step', ({ wf, k }) => failingOr(result(wf, k), k)).task('undo', () => null);
  void steps.start();
  const client = new OrreryClient({ url: server.url });
  try {
    await client.definitions.register(definitionOf(work));
    await drive(client, 'warm', n);
    const counting = await countProcessorTime([server.pid], databaseUrl);
    await drive(client, 'run', n);
    const used = await counting.stop();
    return { nodeMs: round(used.node / n, 3), postgresMs: round(used.postgres / n, 3) };
  } finally {
    await steps.stop();
    await server.stop();
    await drop();
  }
}

/** The fifth step of a saga fails. */
function failingOr(output, k) {
  if (work === 'saga' && k === 4) throw new Error('as it was told');
  return output;
}

const sum = ({ nodeMs, postgresMs }) => nodeMs + postgresMs;
const collector = await openCollector();
const samples = [];
try {
  for (let pair = 1; pair <= pairs; pair++) {
    const off = await measure({});
    const before = collector.bytes();
    const on = await measure({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
    const bytes = Math.round((collector.bytes() - before) / (2 * n));
    if (bytes === 0) throw new Error('the collector has heard nothing');
    const ratio = round(sum(on) / sum(off), 3);
    console.log(`${pair}: ms of CPU a run: off ${round(sum(off), 3)}, on ${round(sum(on), 3)}; ratio ${ratio}`);
    samples.push({ off, on, bytes, ratio });
  }
  report('traces', { ok: true, work, n, ratio: median(samples.map(({ ratio }) => ratio)), samples });
} finally {
  collector.close();
  await databases.close();
}
