import type { Run, RunEvent, Task } from '../api/types.js';
import type { FoldedRun } from '../model/run-fold.js';

/** A run at one moment of its life: what everything below the slider shows. */
export interface RunView {
  readonly id: string;
  /** As the server told it last, as it is now. */
  readonly now: Run;
  /** As the server told it of this very moment; undefined while it has not. */
  readonly page: Run | undefined;
  readonly shown: FoldedRun;
  readonly events: readonly RunEvent[];
  /** After how many events it is shown, and how many there are. */
  readonly version: number;
  readonly last: number;
  readonly isPast: boolean;
  /** When that was, in milliseconds; what was open then is as old as it was then. */
  readonly at: number;
}

/** What the server says of tasks goes before what the events alone say. */
export function withPage(folded: FoldedRun, page: Run | undefined): FoldedRun {
  if (page?.version !== folded.version) return folded;
  const told = new Map(page.tasks.map((task) => [task.id, task]));
  const tasks = folded.tasks.map((task): Task => told.get(task.id) ?? task);
  return { ...folded, tasks, status: page.status, error: page.error, endedAt: page.endedAt };
}
