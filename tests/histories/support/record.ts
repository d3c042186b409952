import { eventsOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type DefinitionEvent, type WorkflowEvent } from '@orrery/domain';
import { World } from '../../engine/support/world.js';
import type { History } from './history.js';
import type { Scenario } from './scenario.js';
import { seenOf } from './seen.js';
import { readRun, wholeRuns } from './streams.js';

/** Lets an engine live through something, over memory and with a clock of its own, and records what is left of it. */
export async function record(scenario: Scenario): Promise<History> {
  const world = new World();
  await scenario(world);
  const { store, contents } = world;
  const commits = [...store.committed];
  const hashes = new Set(
    commits.flatMap((commit) => eventsOf<WorkflowEvent>(commit).flatMap(({ event }) => hashIn(event))),
  );
  const documents = await Promise.all([...hashes].map((hash) => contents.get(DEFAULT_NAMESPACE, hash)));
  const definitions = documents.map((content) => ({ hash: content!.hash, document: content!.document }));
  // Half of the way, so that something is in it and something comes after.
  const halves = wholeRuns(commits).map((run) => run.slice(0, Math.ceil(run.length / 2)));
  const snapshots = await Promise.all(halves.map(async (half) => (await readRun(half, contents))!.snapshot()));
  return { definitions, commits, snapshots, seen: await seenOf(store, contents) };
}

function hashIn(event: WorkflowEvent | DefinitionEvent): readonly string[] {
  if (event.type === 'DefinitionRegistered') return [event.hash];
  return event.type === 'WorkflowStarted' ? [event.definition.hash] : [];
}
