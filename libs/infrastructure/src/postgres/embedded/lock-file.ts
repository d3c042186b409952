import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStart } from './processes.js';

/** Who holds a lock file. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Tells the process from a later one with the same number. */
  readonly processStart: string;
  readonly url?: string;
}

/** A lock that we hold. It is let go of by `release`, or by the end of this process, however it comes. */
export interface LockFile {
  /** Writes a URL into it; false when somebody else holds the lock by now. */
  announce(url: string): Promise<boolean>;
  release(): Promise<void>;
}

const BEAT_EVERY_MS = 5_000;
/** A holder on another host cannot be looked at; it counts as alive while it keeps its file fresh. */
const FRESH_MS = 4 * BEAT_EVERY_MS;

/** Takes the lock, or tells who holds it. What a dead process left behind is no lock. */
export async function tryLock(file: string, url?: string): Promise<LockFile | Holder> {
  const mine: Holder = { pid: process.pid, host: hostname(), processStart: processStart(process.pid) ?? '', url };
  for (;;) {
    if (await create(file, mine)) return held(file, mine);
    const text = await readFile(file, 'utf8').catch(() => undefined);
    if (text === undefined) continue;
    const holder = parse(text);
    if (holder && (await isAlive(holder, file))) return holder;
    await removeStale(file, text);
  }
}

/** Does something that only one process at a time may do, and waits for its turn. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  for (;;) {
    const lock = await tryLock(file);
    if ('release' in lock) return workUnder(lock, work);
    await sleep(20);
  }
}

async function workUnder<T>(lock: LockFile, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

function held(file: string, mine: Holder): LockFile {
  const isMine = async () => isSame(parse(await readFile(file, 'utf8').catch(() => '')), mine);
  const beat = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), BEAT_EVERY_MS);
  beat.unref();
  return {
    async announce(url) {
      if (!(await isMine())) return false;
      await writeDraft(file, { ...mine, url }).then((draft) => rename(draft, file));
      return true;
    },
    async release() {
      clearInterval(beat);
      if (await isMine()) await rm(file, { force: true });
    },
  };
}

/** The lock appears under its name with its whole content, or not at all. */
async function create(file: string, holder: Holder): Promise<boolean> {
  const draft = await writeDraft(file, holder);
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

let drafts = 0;

async function writeDraft(file: string, holder: Holder): Promise<string> {
  const draft = `${file}.${holder.pid}-${++drafts}`;
  try {
    await writeFile(draft, `${JSON.stringify(holder)}\n`);
    return draft;
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

/** Takes the file away only if it is the one that was judged: another process may have replaced it meanwhile. */
async function removeStale(file: string, judged: string): Promise<void> {
  const aside = `${file}.${process.pid}-stale`;
  await rename(file, aside).catch(() => undefined);
  const taken = await readFile(aside, 'utf8').catch(() => judged);
  if (taken !== judged) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
}

async function isAlive(holder: Holder, file: string): Promise<boolean> {
  if (holder.host === hostname()) return processStart(holder.pid) === holder.processStart;
  const { mtimeMs } = await stat(file).catch(() => ({ mtimeMs: 0 }));
  return Date.now() - mtimeMs < FRESH_MS;
}

/** Undefined for what is no lock: rubbish after a power cut. */
function parse(text: string): Holder | undefined {
  try {
    const holder = JSON.parse(text) as Holder;
    return Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

function isSame(one: Holder | undefined, other: Holder): boolean {
  return one?.pid === other.pid && one.host === other.host && one.processStart === other.processStart;
}
