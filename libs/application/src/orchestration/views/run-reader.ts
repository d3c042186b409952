import { Gone, NotFound, OrreryError, type WorkflowEvent, runDeleted } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import {
  type Commit,
  type Known,
  NEWEST,
  type StreamKey,
  type StreamReader,
  commitsByStream,
  keyOf,
  knownToBoth,
} from '../../kernel/ports/log.js';
import { eventsOf } from '../recorded-events.js';
import type { Plans } from '../plans.js';
import { type RunPage, newPage, turnPage } from './run-page.js';

/** How far a page is turned. */
interface Turning {
  readonly upTo: number;
  readonly known: Known;
}

/** A run, and how new its page must be. */
export interface KnownRun {
  readonly key: StreamKey;
  readonly known: Known;
}

/** One of many runs that are read together. */
interface OneOfMany extends KnownRun {
  page: RunPage | undefined;
  settled: PromiseSettledResult<RunPage> | undefined;
}

const COMMITS_PER_READ = 1_000;
/** Of each of many runs: those of most are all of them. */
const COMMITS_OF_EACH = 100;
/** How many tasks the kept pages may have together. */
const TASKS_KEPT = 200_000;

/**
 * Reads single runs from their streams: a page is kept by version, so that only what is new is read. Where the streams
 * are read from copies, an answer is only as new as what is known: all that there is, if nothing is said.
 */
export class RunReader {
  private readonly pages = new LRUCache<string, RunPage>({
    maxSize: TASKS_KEPT,
    sizeCalculation: ({ plan, times }) => Math.max(plan.tasks.length, times.size) + 10,
  });

  constructor(
    private readonly streams: StreamReader,
    private readonly plans: Plans,
  ) {}

  /** The run as it is now. */
  async page(key: StreamKey, known = NEWEST): Promise<RunPage> {
    const kept = this.pages.get(keyOf(key));
    const page = await this.turn(key, kept, { upTo: Infinity, known }).catch((error: unknown) => this.drop(key, error));
    if (page !== kept) this.pages.set(keyOf(key), page);
    return page;
  }

  /**
   * Many runs as they are now, read together: how many statements that takes depends on the longest of them, and not on
   * how many they are. What is wrong with one of them is its own.
   */
  async pagesOf(runs: readonly KnownRun[]): Promise<readonly PromiseSettledResult<RunPage>[]> {
    const turning = this.eachOnce(runs);
    for (let open = [...turning.values()]; open.length > 0; open = open.filter(({ settled }) => !settled)) {
      const places = open.map(({ key, known, page }) => ({ ...key, version: page?.version ?? 0, known }));
      const commits = commitsByStream(await this.streams.readStreams(places, COMMITS_OF_EACH));
      for (const each of open) await this.turnOne(each, commits.get(keyOf(each.key)) ?? []);
    }
    return runs.map(({ key }) => turning.get(keyOf(key))!.settled!);
  }

  /** The run as it was after its n-th event. */
  async pageAt(key: StreamKey, version: number, known = NEWEST): Promise<RunPage> {
    // A run that was deleted has no past either.
    await this.page(key, known);
    // Whoever names a version has heard of it.
    const heard = { ...known, version: Math.max(known.version, version) };
    const page = await this.turn(key, undefined, { upTo: version, known: heard });
    if (page.version < version) throw new NotFound('version.not-reached', `the run is only at version ${page.version}`);
    return page;
  }

  /** Its commits that hold events after a version, oldest first. */
  commits(key: StreamKey, after: number, limit: number, known = NEWEST): Promise<readonly Commit[]> {
    return this.streams.readStream(key, after, limit, known);
  }

  /** Whether there was a run, and it was deleted. */
  async isDeleted(key: StreamKey): Promise<boolean> {
    return this.page(key).then(
      () => false,
      (error: unknown) => {
        if (error instanceof Gone) return true;
        throw error;
      },
    );
  }

  private async turn(key: StreamKey, kept: RunPage | undefined, { upTo, known }: Turning): Promise<RunPage> {
    let page = kept;
    for (;;) {
      const commits = await this.streams.readStream(key, page?.version ?? 0, COMMITS_PER_READ, known);
      page = await this.turnBy(key, page, commits, upTo);
      if (commits.length < COMMITS_PER_READ || page.version >= upTo) return page;
    }
  }

  /** A run that is asked for twice is read once, as new as both know it. */
  private eachOnce(runs: readonly KnownRun[]): ReadonlyMap<string, OneOfMany> {
    const turning = new Map<string, OneOfMany>();
    for (const { key, known } of runs) {
      const name = keyOf(key);
      const wanted = knownToBoth(known, turning.get(name)?.known ?? known);
      turning.set(name, { key, known: wanted, page: this.pages.get(name), settled: undefined });
    }
    return turning;
  }

  private async turnOne(one: OneOfMany, commits: readonly Commit[]): Promise<void> {
    const { key } = one;
    try {
      one.page = await this.turnBy(key, one.page, commits, Infinity).catch((error: unknown) => this.drop(key, error));
      this.pages.set(keyOf(key), one.page);
      if (commits.length < COMMITS_OF_EACH) one.settled = { status: 'fulfilled', value: one.page };
    } catch (reason) {
      one.settled = { status: 'rejected', reason };
    }
  }

  /** Folds what was read after a page into it; into a new one, if there is none that it goes on from. */
  private async turnBy(key: StreamKey, kept: RunPage | undefined, commits: readonly Commit[], upTo: number) {
    const page = kept && follows(commits, kept) ? kept : await this.firstPage(key, commits[0]);
    for (const commit of commits) turnTo(page, commit, upTo);
    if (page.state.deleted) throw runDeleted();
    return page;
  }

  /** A page that was half turned is none, and that of a deleted run is nobody's to see. */
  private drop(key: StreamKey, error: unknown): never {
    if (!(error instanceof OrreryError) || error instanceof Gone) this.pages.delete(keyOf(key));
    throw error;
  }

  private async firstPage({ namespace, stream }: StreamKey, commit: Commit | undefined): Promise<RunPage> {
    const first = commit && eventsOf<WorkflowEvent>(commit)[0]!.event;
    if (first?.type === 'WorkflowDeleted') throw runDeleted();
    // A definition's stream is no run, and whoever asks for it as one learns nothing.
    if (first?.type !== 'WorkflowStarted') throw new NotFound('workflow.not-found', `there is no workflow ${stream}`);
    return newPage(commit!, await this.plans.get(namespace, first.definition.hash), first);
  }
}

/** Of a deleted run everything but its end is forgotten some day: a page that was kept has no use for that alone. */
function follows([first]: readonly Commit[], { version }: RunPage): boolean {
  return first === undefined || first.firstVersion <= version + 1;
}

/** Two readers may turn the same page at once: each event is folded by one of them. */
function turnTo(page: RunPage, commit: Commit, upTo: number): void {
  for (const recorded of eventsOf<WorkflowEvent>(commit)) {
    if (recorded.version !== page.version + 1 || recorded.version > upTo) continue;
    turnPage(page, recorded);
    page.cursor = commit.cursor;
  }
}
