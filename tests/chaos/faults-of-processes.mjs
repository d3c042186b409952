import { repeat } from './repeat.mjs';
import { deadly } from './shapes.mjs';

/** A lease of 15 s and 5 s more: within so long whatever lay with a dead process has gone on. */
const LEASE_MS = 20_000;
const TERM_EVERY_MS = 5_000;

const killed = (kind) => ({
  row: 1,
  name: `SIGKILL of one ${kind}`,
  on: 'processes',
  lastsMs: [500, 3_000],
  quietMs: LEASE_MS,
  async strike({ cluster, random }) {
    const child = random.pick(cluster.of(kind));
    await child.kill();
    return { target: child.name, heal: () => child.start() };
  },
});

const killStorm = {
  row: 1,
  name: 'SIGKILL of any process, every 2 to 10 s',
  on: 'processes',
  lastsMs: [10_000, 30_000],
  quietMs: LEASE_MS,
  async strike({ cluster, random }) {
    const pause = () => random.between(2_000, 10_000);
    const storm = repeat(pause, async () => {
      const child = random.pick(cluster.children);
      await child.kill();
      await child.start();
    });
    return { target: 'one after the other', heal: storm.stop };
  },
};

const frozen = (kind) => ({
  row: 5,
  name: `SIGSTOP of one ${kind}, then SIGCONT`,
  on: 'processes',
  lastsMs: [5_000, 30_000],
  quietMs: LEASE_MS,
  async strike({ cluster, random }) {
    const child = random.pick(cluster.of(kind));
    child.freeze();
    return { target: child.name, heal: () => child.thaw() };
  },
});

const termStorm = {
  row: 15,
  name: 'SIGTERM to any process, every 5 s',
  on: 'processes',
  lastsMs: [10_000, 30_000],
  quietMs: 8_000,
  async strike({ cluster, random, complain }) {
    const storm = repeat(
      () => TERM_EVERY_MS,
      async () => {
        const child = random.pick(cluster.children);
        const code = await child.stop();
        // A task may have killed it before it heard of this.
        if (code !== 0 && code !== 'SIGKILL')
          complain(`${child.name} ended with exit code ${code ?? 'none, and had to be killed'}`);
        await child.start();
      },
    );
    return { target: 'one after the other', heal: storm.stop };
  },
};

const crashLoop = {
  row: 13,
  name: 'a task that kills its worker',
  on: 'processes',
  lastsMs: [1_000, 3_000],
  quietMs: LEASE_MS,
  async strike({ runs }) {
    void runs.live(deadly);
    return { target: 'workers', heal: () => undefined };
  },
};

export const processFaults = [
  ...['api', 'engine', 'worker'].map(killed),
  killStorm,
  ...['engine', 'worker'].map(frozen),
  termStorm,
  crashLoop,
];
