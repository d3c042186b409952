/** Nothing is to happen any more, and the test is not over. */
export class Stuck extends Error {
  override readonly name = 'Stuck';

  constructor(why: string, reasons: readonly string[]) {
    const open = reasons.length === 0 ? ['no run is under way'] : reasons;
    super([why, ...open.map((reason) => `  ${reason}`)].join('\n'));
  }
}

/** The engine did not keep a promise: this is a bug in Orrery. */
export class PromiseBroken extends Error {
  override readonly name = 'PromiseBroken';
}
