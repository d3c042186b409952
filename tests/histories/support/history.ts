import type { Commit, DefinitionContent, Snapshot } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Json, type JsonObject } from '@orrery/domain';
import { MemoryDefinitionContents, MemoryLog, MemoryLogStore } from '@orrery/infrastructure';
import { TestClock } from '../../engine/support/test-clock.js';
import type { Seen } from './seen.js';

/** What one release recorded: the log as it was, what its runs go by, what people saw of it, and a snapshot of each run. */
export interface History {
  readonly definitions: readonly Pick<DefinitionContent, 'hash' | 'document'>[];
  readonly commits: readonly Commit[];
  readonly snapshots: readonly Snapshot[];
  readonly seen: Seen;
}

/** A history as text: one JSON object a line, named by its only key. */
export function textOf({ definitions, commits, snapshots, seen }: History): string {
  const lines = [
    ...definitions.map((definition) => ({ definition })),
    ...commits.map((commit) => ({ commit: writtenCommit(commit) })),
    ...snapshots.map((snapshot) => ({
      snapshot: { ...snapshot, state: parsed(snapshot.state), hash: hex(snapshot.hash) },
    })),
    { seen },
  ];
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}

type Line = { readonly [Kind in 'definition' | 'commit' | 'snapshot' | 'seen']?: JsonObject };

export function historyOf(text: string): History {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
  const all = <T>(kind: keyof Line) => lines.flatMap((line) => (line[kind] === undefined ? [] : [line[kind] as T]));
  return {
    definitions: all('definition'),
    commits: all<WrittenCommit>('commit').map(readCommit),
    snapshots: all<Snapshot>('snapshot').map((snapshot) => ({
      ...snapshot,
      state: JSON.stringify(snapshot.state),
      hash: Buffer.from(String(snapshot.hash), 'hex'),
    })),
    seen: all<Seen>('seen')[0]!,
  };
}

type Position = readonly [transactionId: string, position: string];
type WrittenCommit = Omit<Commit, 'events' | 'metadata' | 'hash' | 'cursor'> & {
  readonly events: Json;
  readonly metadata: Json;
  readonly hash: string;
  readonly cursor: Position;
};

/** Events are written as JSON in JSON, to be read by people: what is hashed is made of it again, to the letter. */
function writtenCommit(commit: Commit): WrittenCommit {
  const { transactionId, position } = commit.cursor;
  const texts = { events: parsed(commit.events), metadata: parsed(commit.metadata), hash: hex(commit.hash) };
  return { ...commit, ...texts, cursor: [String(transactionId), String(position)] };
}

function readCommit({ events, metadata, hash, cursor: [transactionId, position], ...commit }: WrittenCommit): Commit {
  const texts = { events: JSON.stringify(events), metadata: JSON.stringify(metadata), hash: Buffer.from(hash, 'hex') };
  return { ...commit, ...texts, cursor: { transactionId: BigInt(transactionId), position: BigInt(position) } };
}

function parsed(text: string): Json {
  const value = JSON.parse(text) as Json;
  if (JSON.stringify(value) !== text) throw new Error(`this would not be the same when it is read again: ${text}`);
  return value;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}

/** The stores of an engine that lived through this. */
export async function storesOf({ definitions, commits }: Pick<History, 'definitions' | 'commits'>) {
  const clock = new TestClock();
  const store = new MemoryLogStore(clock);
  const contents = new MemoryDefinitionContents();
  for (const content of definitions) await contents.put(DEFAULT_NAMESPACE, { ...content, source: '', format: 'json' });
  const log = new MemoryLog(store);
  for (const commit of commits) await log.append([commit]);
  return { clock, store, contents, log };
}
