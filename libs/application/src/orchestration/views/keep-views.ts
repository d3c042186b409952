import { type DefinitionRegistered, UPCASTERS, type WorkflowEvent } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import type { FollowedCommit, Follower, Move } from '../../kernel/follow.js';
import { growing } from '../../kernel/growing.js';
import { keyOf } from '../../kernel/ports/log.js';
import type { Plans } from '../plans.js';
import { type DefinitionChange, type RunChange, VIEWS_FOLLOWER, type ViewWriter } from '../ports/runs.js';
import { kindOf } from '../stream-kinds.js';
import { deadLetterChanges } from './dead-letter-changes.js';
import { runChange } from './run-changes.js';
import type { RunReader } from './run-reader.js';

/** How many runs' definitions are remembered, so that their rows need not be asked: room for them is made as they come. */
const RUNS_REMEMBERED = 100_000;
/** After so many runs it lets others have their turn: a batch of a thousand takes longer than a commit does. */
const RUNS_PER_TURN = 50;

/** Keeps the lists: folds a batch of the log into one change a run, and writes them all at once. */
export class KeepViews implements Follower {
  readonly name = VIEWS_FOLLOWER;
  readonly upcasters = UPCASTERS;
  private readonly hashes = new LRUCache<string, string>(growing(RUNS_REMEMBERED));

  constructor(
    private readonly writer: ViewWriter,
    private readonly plans: Plans,
    private readonly runs: RunReader,
    /** Resolves when others have had their turn. */
    private readonly turn: () => Promise<void> = () => Promise.resolve(),
  ) {}

  async handle(commits: readonly FollowedCommit[], moves: readonly Move[]): Promise<boolean> {
    const { byRun, ofDefinitions, ofLetters } = sorted(commits);
    const definitions = ofDefinitions.flatMap(definitionChanges);
    const deadLetters = deadLetterChanges(ofLetters);
    for (const ofRun of byRun.values()) ofRun.sort((a, b) => a.firstVersion - b.firstVersion);
    await this.learnHashes(byRun);
    const runs: RunChange[] = [];
    let folded = 0;
    for (const [name, ofRun] of byRun) {
      if (++folded % RUNS_PER_TURN === 0) await this.turn();
      const hash = this.hashOf(name, ofRun[0]!);
      if (hash === undefined) {
        runs.push(...(await this.remainder(ofRun)));
        continue;
      }
      const plan = this.plans.get(ofRun[0]!.namespace, hash);
      const change = runChange(ofRun, plan instanceof Promise ? await plan : plan);
      runs.push(change);
      // What has ended is as a rule never heard of again.
      if (change.endedAt === undefined) this.hashes.set(name, hash);
    }
    return this.writer.write({ runs, definitions, deadLetters, moves });
  }

  /** Which definition each run runs: its first event says so; for an older run, its row. */
  private async learnHashes(byRun: ReadonlyMap<string, readonly FollowedCommit[]>): Promise<void> {
    const unknown: FollowedCommit[] = [];
    for (const [name, [first]] of byRun) if (this.hashOf(name, first!) === undefined) unknown.push(first!);
    if (unknown.length === 0) return;
    for (const [name, hash] of await this.writer.definitionHashes(unknown)) this.hashes.set(name, hash);
  }

  private hashOf(name: string, first: FollowedCommit): string | undefined {
    return first.firstVersion === 1 ? startedHash(first) : this.hashes.get(name);
  }

  /** Without a start and without a row it was deleted: with these commits, or later in the log. Anything else is a bug. */
  private async remainder(commits: readonly FollowedCommit[]): Promise<RunChange[]> {
    const { namespace, stream, partition, lastVersion: version } = commits.at(-1)!;
    const last = commits.at(-1)!.recorded().at(-1)!;
    if (last.event.type === 'WorkflowDeleted') {
      return [{ namespace, stream, partition, version, openTasks: [], closedTasks: [], deletedAt: last.at }];
    }
    const isDeleted = await this.runs.isDeleted({ namespace, stream });
    if (!isDeleted) throw new Error(`the run ${namespace}/${stream} has events but no row and no start`);
    return [];
  }
}

/** Commits by what they are of, and those of runs by their run. */
function sorted(commits: readonly FollowedCommit[]) {
  const byRun = new Map<string, FollowedCommit[]>();
  const ofDefinitions: FollowedCommit[] = [];
  const ofLetters: FollowedCommit[] = [];
  for (const commit of commits) {
    const kind = kindOf(commit);
    if (kind === 'workflow') pushTo(byRun, keyOf(commit), commit);
    else (kind === 'definition' ? ofDefinitions : ofLetters).push(commit);
  }
  return { byRun, ofDefinitions, ofLetters };
}

function startedHash(commit: FollowedCommit): string {
  const event = commit.recorded()[0]!.event as WorkflowEvent;
  if (event.type !== 'WorkflowStarted') throw new Error(`a run begins with WorkflowStarted, not ${event.type}`);
  return event.definition.hash;
}

function definitionChanges(commit: FollowedCommit): DefinitionChange[] {
  const { namespace, stream, partition } = commit;
  return commit.recorded().map(({ event, at }) => {
    const { name, version, hash } = event as DefinitionRegistered;
    return { namespace, stream, partition, name, version, hash, registeredAt: at };
  });
}

function pushTo(map: Map<string, FollowedCommit[]>, key: string, commit: FollowedCommit): void {
  const list = map.get(key);
  if (list) list.push(commit);
  else map.set(key, [commit]);
}
