import { Aggregate, type Commit, Plans, type Snapshot, eventsOf, keyOf, workflowStreams } from '@orrery/application';
import type { MemoryDefinitionContents } from '@orrery/infrastructure';

/** The commits of each stream, in the order in which the streams began. */
export function streamsOf(commits: readonly Commit[]): readonly (readonly Commit[])[] {
  const streams = new Map<string, Commit[]>();
  for (const commit of commits) streams.set(keyOf(commit), [...(streams.get(keyOf(commit)) ?? []), commit]);
  return [...streams.values()];
}

/** The runs that are there from their start; of a run that was forgotten nothing can be told but that it was. */
export function wholeRuns(commits: readonly Commit[]): readonly (readonly Commit[])[] {
  return streamsOf(commits).filter(([first]) => eventsOf(first!)[0]!.event.type === 'WorkflowStarted');
}

/** Reads a run as the engine does: from a snapshot, or from its start. */
export async function readRun(
  commits: readonly Commit[],
  contents: MemoryDefinitionContents,
  snapshot?: Snapshot,
): Promise<Aggregate | undefined> {
  const type = workflowStreams(new Plans(contents));
  const { namespace, stream, partition } = commits[0]!;
  const decider = await (snapshot
    ? type.deciderOfSnapshot(namespace, snapshot.schema)
    : type.deciderOf(namespace, eventsOf(commits[0]!)[0]!.event));
  if (!decider) return undefined;
  const run = new Aggregate({ namespace, stream }, partition, type, decider);
  if (snapshot) run.restore(snapshot);
  for (const commit of commits) if (commit.firstVersion > run.version) run.fold(commit);
  return run;
}
