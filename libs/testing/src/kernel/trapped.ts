/** Real time, chance or I/O was touched by code that is simulated: its outcome could not be had again. */
export class Trapped extends Error {
  override readonly name = 'Trapped';

  constructor(touched: string, instead = 'it must go by its ports') {
    super(`simulated code ${touched}: ${instead}`);
  }
}

/** A property that is another one for as long as what is simulated runs. */
export type Trap = readonly [owner: object, name: string, value: unknown];

/** What throws whenever it is called, or constructed. */
export function throwing(name: string, instead?: string): () => never {
  // Not an arrow: some of them are constructed.
  const throws = function () {
    throw new Trapped(`called ${name}`, instead);
  };
  // Some functions have others as properties.
  return Object.assign(throws, { bigint: throws, native: throws });
}
