import type { Health, OrreryClient, Queue } from '@orrery/sdk';
import { explained } from '../explain-error.js';
import { CliError } from '../cli-error.js';
import { humanAgo, humanDuration } from '../output/times.js';
import { type Finding, fail, ok, warn } from './findings.js';

/** Leases, timeouts and what a person reads off two clocks bear this much. */
const CLOCK_OFF_MAX_MS = 1_000;
/** Who waits longer for a worker may wait for one that will not come. */
const WAIT_MAX_MS = 60_000;

/** The server: whether it answers, how it is, and whether its version and its clock are ours. */
export async function checkServer(
  client: OrreryClient,
  version: string,
  now: () => number,
): Promise<readonly Finding[]> {
  const asked = now();
  let health: Health;
  try {
    health = await client.health();
  } catch (error) {
    return [unreachable(client.url, error)];
  }
  const answered = now();
  return [
    ok('server', `${client.url} answers, in ${humanDuration(answered - asked)}`),
    ...healthOf(health),
    versionOf(health.version, version),
    clockOf('clock', Date.parse(health.timestamp), { asked, answered }),
    ...(await client.queues().then(
      (queues) => queuesOf(queues, answered),
      () => [],
    )),
  ];
}

function unreachable(url: string, error: unknown): Finding {
  const found = explained(error, url);
  if (!(found instanceof CliError)) throw error;
  return fail('server', found.parts.what, found.parts.fix?.[0] ?? `Look at ${url}/health.`);
}

function healthOf({ status, checks }: Health): readonly Finding[] {
  if (status === 'ok') return [ok('health', 'it is well')];
  const states = Object.entries(checks as { readonly [name: string]: { status?: string; reason?: string } });
  return states
    .filter(([, check]) => check.status !== undefined && check.status !== 'ok')
    .map(([name, { status: state, reason = 'it does not say why' }]) =>
      (state === 'unhealthy' ? fail : warn)(name, reason, 'The log of the server says more.'),
    );
}

export function versionOf(server: string, here: string): Finding {
  if (server === here) return ok('version', `${here}, here and there`);
  return warn('version', `the server is ${server}, this program ${here}`, 'Use the same version at both ends.');
}

/** The difference of a clock to ours, as far as it can be told: what an answer takes may be on either way. */
export function clockOf(
  name: string,
  theirs: number,
  { asked, answered }: { asked: number; answered: number },
): Finding {
  const off = theirs - (asked + answered) / 2;
  const unsure = (answered - asked) / 2;
  const words = `${humanDuration(Math.abs(off))} ${off < 0 ? 'behind' : 'ahead of'} this machine's`;
  if (Math.abs(off) - unsure <= CLOCK_OFF_MAX_MS)
    return ok(name, `it is within ${humanDuration(CLOCK_OFF_MAX_MS)} of this machine's`);
  return warn(name, `it is ${words}`, 'Let both machines take their time from NTP.');
}

function queuesOf(queues: readonly Queue[], now: number): readonly Finding[] {
  return queues.flatMap(({ type, waiting, oldestAt, workers }) => {
    if (oldestAt === null || now - Date.parse(oldestAt) <= WAIT_MAX_MS) return [];
    const words = `${waiting} of type ${type} wait for a worker; the oldest came ${humanAgo(oldestAt, now)}`;
    const fix = workers === 0 ? `No worker takes ${type}: start one.` : `${workers} take ${type}: start more of them.`;
    return [warn('queue', words, fix)];
  });
}
