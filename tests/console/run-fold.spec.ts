import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type Commit,
  Plans,
  type RunPage,
  RunReader,
  commandsOf,
  detailsOf,
  eventDetails,
  isTextOfRun,
} from '@orrery/application';
import { type FoldedRun, foldRun } from '@orrery/console/run-fold';
import type { StreamId, WorkflowEvent } from '@orrery/domain';
import { historyOf, storesOf } from '../histories/support/history.js';
import { wholeRuns } from '../histories/support/streams.js';

const folder = new URL('../histories/', import.meta.url);
const recorded = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.jsonl'));

type Told = ReturnType<typeof detailsOf>;
type Folding = Parameters<typeof foldRun>;

const asJson = <T>(value: unknown): T => JSON.parse(JSON.stringify(value)) as T;
const told = (page: RunPage): Told => detailsOf(page, { tasksFrom: 0, tasksMax: 10_000, payloads: true });

/** What events of a run, as the API tells them, are folded from in the browser. */
function eventsOf(commits: readonly Commit[], { namespace, plan, started }: RunPage): Folding[1] {
  const run = { namespace, id: started.id as StreamId, plan };
  const details = commits.flatMap((commit) =>
    commandsOf<WorkflowEvent>(commit).flatMap((command) => eventDetails(command, commit, run)),
  );
  return asJson(details.map((event) => ({ ...event, position: '' })));
}

/** What a person sees of a run that the events alone tell: why it waits, and who may take it, only the server knows. */
function seen({ status, endedAt, error, version, tasks }: Told | FoldedRun): unknown {
  const ofAttempt = (attempt: (Told | FoldedRun)['tasks'][number]['compensation'] | Told['tasks'][number]) => {
    const { key, status, attempt: count, queuedAt, startedAt, endedAt, error, worker } = attempt!;
    return { key, status, attempt: count, queuedAt, startedAt, endedAt, error, worker };
  };
  const shown = tasks.map((task) => {
    const { output, items, compensation } = task;
    return { ...ofAttempt(task), output, items, compensation: compensation && ofAttempt(compensation) };
  });
  return asJson({ status, endedAt, error, version, tasks: shown });
}

describe("The console's fold", () => {
  it.each(recorded)('shows every moment as the engine does: %s', async (path) => {
    const { commits, definitions } = historyOf(readFileSync(new URL(path, folder), 'utf8'));
    const { contents, log } = await storesOf({ commits, definitions });
    const reader = new RunReader(log, new Plans(contents));
    for (const run of wholeRuns(commits.filter(isTextOfRun))) {
      const last = run.at(-1)!;
      const { namespace, stream } = last;
      const at = (version: number) => reader.pageAt({ namespace, stream }, version).catch(() => undefined);
      const now = await at(last.lastVersion);
      // What was deleted is shown to nobody.
      if (!now) continue;
      const plan = asJson<Folding[0]>(told(now).tasks);
      const events = eventsOf(run, now);
      for (let version = 1; version <= last.lastVersion; version += 1) {
        expect(seen(foldRun(plan, events, version))).toEqual(seen(told((await at(version))!)));
      }
    }
  });
});
