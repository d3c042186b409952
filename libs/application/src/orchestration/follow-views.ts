import { Follow } from '../kernel/follow.js';
import { HandedOver } from '../kernel/handed-over.js';
import type { Checkpoints } from '../kernel/ports/checkpoints.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { Log } from '../kernel/ports/log.js';
import type { ChildRuns } from './child-runs.js';
import type { Plans } from './plans.js';
import type { ViewWriter } from './ports/runs.js';
import { WatchForeignCommits } from './reactions/watch-foreign-commits.js';
import { KeepViews } from './views/keep-views.js';
import type { RunReader } from './views/run-reader.js';

/** How a log is followed for the lists, and what its follower is told of the commits of this process. */
export interface FollowedLog {
  readonly foreign: WatchForeignCommits;
  readonly handedOver: HandedOver;
  readonly follow: Follow;
}

interface FollowParts {
  readonly log: Log;
  readonly checkpoints: Checkpoints;
  readonly viewWriter: ViewWriter;
  readonly clock: Clock;
  readonly onError: (error: unknown) => void;
}

/** What the lists are folded with. */
export interface Folding {
  readonly children: ChildRuns;
  readonly plans: Plans;
  readonly runs: RunReader;
  /** Resolves when others have had their turn. */
  readonly turn: () => Promise<void>;
}

/** Follows one log for the lists, and over their shoulder for what others commit to it. */
export function followViews(
  { log, checkpoints, viewWriter, clock, onError }: FollowParts,
  { children, plans, runs, turn }: Folding,
): FollowedLog {
  const foreign = new WatchForeignCommits(new KeepViews(viewWriter, plans, runs, turn), children);
  const handedOver = new HandedOver();
  return { foreign, handedOver, follow: new Follow(foreign, log, checkpoints, clock, onError, handedOver) };
}
