import { type Commit, GENESIS, chainHash, partitionOf } from '@orrery/application';

type Checked = Pick<
  Commit,
  'namespace' | 'stream' | 'partition' | 'firstVersion' | 'lastVersion' | 'events' | 'metadata' | 'hash'
>;

/** How the row of a deletion ends: nothing comes after it, and all before it may be gone. */
const DELETION = '{"type":"WorkflowDeleted","v":1}]';

/** Follows all rows of the log, stream by stream: versions without gap, a chain of hashes that holds, and what adds up. */
export class ChainCheck {
  commits = 0;
  events = 0;
  streams = 0;
  private name = '';
  private version = 0;
  private hash = GENESIS;
  private isDeleted = false;

  constructor(
    private readonly partitions: number,
    private readonly fault: (words: string) => void,
  ) {}

  follow(commit: Checked): void {
    if (nameOf(commit) !== this.name) this.begin(commit);
    const at = `${this.name} at version ${commit.firstVersion}`;
    const count = commit.lastVersion - commit.firstVersion + 1;
    this.commits += 1;
    this.events += count;
    if (this.isDeleted) this.fault(`${at}: it comes after the end of a deleted run`);
    else if (commit.firstVersion !== this.version + 1) this.fault(`${at}: version ${this.version + 1} is missing`);
    else if (!this.isWhole(commit, count)) this.fault(`${at}: its events do not add up`);
    else if (!this.isChained(commit)) this.fault(`${at}: the chain of hashes is broken`);
    this.hash = commit.hash;
    this.version = commit.lastVersion;
    this.isDeleted = commit.events.endsWith(DELETION);
  }

  /** Of a deleted run the last row may be all there is; the hash that it was chained to is gone. */
  private begin(commit: Checked): void {
    this.name = nameOf(commit);
    this.streams += 1;
    this.isDeleted = false;
    const isTombstone = commit.firstVersion > 1 && commit.events === `[${DELETION}`;
    this.version = isTombstone ? commit.firstVersion - 1 : 0;
    this.hash = isTombstone ? UNKNOWN : GENESIS;
    if (commit.partition !== partitionOf(commit.stream, this.partitions)) {
      this.fault(`${this.name}: it is in partition ${commit.partition}, where nobody looks for it`);
    }
  }

  private isChained(commit: Checked): boolean {
    if (this.hash === UNKNOWN) return true;
    return Buffer.from(chainHash(this.hash, commit)).equals(Buffer.from(commit.hash));
  }

  private isWhole({ events, metadata }: Checked, count: number): boolean {
    const commanded = (JSON.parse(metadata) as { n: number }[]).reduce((sum, { n }) => sum + n, 0);
    return commanded === count && (JSON.parse(events) as unknown[]).length === count;
  }
}

const UNKNOWN = new Uint8Array(32);

function nameOf({ namespace, stream }: Checked): string {
  return `${namespace}/${stream}`;
}
