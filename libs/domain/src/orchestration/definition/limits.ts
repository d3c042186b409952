/** Every limit of the language and of a run, with its default. Sizes are counted as JSON text. */
export const LIMITS = Object.freeze({
  tasksPerRun: 20_000,
  forEachItems: 10_000,
  payloadBytes: 1_048_576,
  outputsBytes: 64 * 1_048_576,
  requestBodyBytes: 4 * 1_048_576,
  batchBodyBytes: 16 * 1_048_576,
  definitionBytes: 1_048_576,
  depth: 64,
  expressionSteps: 100_000,
  keyCharacters: 128,
});
