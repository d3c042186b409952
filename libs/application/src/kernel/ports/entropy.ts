/** Randomness: the only place where the core meets chance. */
export abstract class Entropy {
  /** A number in [0, 1). */
  abstract random(): number;
  /** So many random bytes. */
  abstract bytes(count: number): Uint8Array;
}
