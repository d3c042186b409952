import { MAX_DURATION_MS } from '../../kernel/duration.js';
import { EXPRESSION_LIMITS } from '../../kernel/expression.js';

/** Every limit of the language and of a run, with its default. Sizes are counted as JSON text. */
export const LIMITS = Object.freeze({
  tasksPerRun: 20_000,
  forEachItems: 10_000,
  /** The items of one `forEach`, together. */
  forEachBytes: 4 * 1_048_576,
  /** How deep runs nest: the child of a child is two deep. */
  childDepth: 16,
  /** Signals of one run that came before anything waited for them. */
  signalsKept: 10_000,
  payloadBytes: 1_048_576,
  outputsBytes: 64 * 1_048_576,
  /** Of one run: from here on it tells that it grows long. */
  historyEventsWarned: 100_000,
  /** Of one run; a run that grows longer fails, and is undone all the same. */
  historyEvents: 250_000,
  historyBytes: 256 * 1_048_576,
  requestBodyBytes: 4 * 1_048_576,
  batchBodyBytes: 16 * 1_048_576,
  /** The body of a message that is set aside; of a larger one only the beginning is kept. */
  deadLetterBytes: 4 * 1_048_576,
  /** 200 for each of as many tasks as a run may have. */
  definitionBytes: 4 * 1_048_576,
  /** How many faults of a definition are told; of any more only their number. */
  definitionFaults: 1_000,
  depth: 64,
  keyCharacters: 128,
  attemptsPerTask: 10_000,
  durationMs: MAX_DURATION_MS,
  expressionSteps: EXPRESSION_LIMITS.steps,
  expressionCharacters: EXPRESSION_LIMITS.characters,
  expressionNesting: EXPRESSION_LIMITS.nesting,
});
