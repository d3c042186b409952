import type { Verb, VerbGroup } from '../verb.js';
import { backup, restore } from './backup.js';
import { cancel, pause, remove, resume, retry } from './commands.js';
import { completeWith, completion } from './completion.js';
import { listContexts, removeContext, setContext, useContext } from './contexts.js';
import { dropLetters, listLetters, redriveLetters, showLetter } from './dead-letters.js';
import { definitions, register, validate } from './definitions.js';
import { doctor } from './doctor.js';
import { events } from './events.js';
import { init } from './init.js';
import { importWfFormatFile } from './import-wfformat.js';
import { showRun, watch } from './inspect.js';
import { list } from './list.js';
import { limits, queues, tasks, workers } from './operations.js';
import { up, worker } from './processes.js';
import { prune } from './prune.js';
import { result } from './result.js';
import { run } from './run.js';
import { schema } from './schema.js';
import { signal } from './signal.js';
import { version } from './version.js';

/** Every command, in the order in which the help lists them. */
export const VERB_GROUPS: readonly VerbGroup[] = [
  { title: 'Runs', verbs: [run, list, showRun, watch, events, result] },
  { title: 'What can be done with a run', verbs: [cancel, pause, resume, retry, signal, remove, prune] },
  { title: 'Definitions', verbs: [init, validate, register, definitions, importWfFormatFile, schema] },
  { title: 'Dead letters', verbs: [listLetters, showLetter, redriveLetters, dropLetters] },
  { title: 'The server', verbs: [up, worker, tasks, workers, queues, limits, doctor, backup, restore] },
  {
    title: 'The command line',
    verbs: [listContexts, useContext, setContext, removeContext, completion, version, completeWith(() => VERBS)],
  },
];

const VERBS: readonly Verb[] = VERB_GROUPS.flatMap(({ verbs }) => verbs);
