import type { Verb } from '../verb.js';
import { cancel, pause, remove, resume, retry, signal } from './commands.js';
import { definitions, register, validate } from './definitions.js';
import { events } from './events.js';
import { showRun, watch } from './inspect.js';
import { list } from './list.js';
import { limits, queues, tasks, workers } from './operations.js';
import { up, worker } from './processes.js';
import { result } from './result.js';
import { run } from './run.js';
import { version } from './version.js';

/** Every command, in the order in which the help lists them. */
export const VERBS: readonly Verb[] = [
  up,
  run,
  list,
  showRun,
  watch,
  events,
  result,
  cancel,
  pause,
  resume,
  retry,
  signal,
  remove,
  validate,
  register,
  definitions,
  tasks,
  workers,
  queues,
  limits,
  worker,
  version,
];
