import type { Scenario } from './scenario.js';
import { OF_RUNS } from './scenarios-of-runs.js';
import { OF_TASKS } from './scenarios-of-tasks.js';

/** By the names of their files: each has something in it that no other has. */
export const SCENARIOS: { readonly [name: string]: Scenario } = { ...OF_TASKS, ...OF_RUNS };
