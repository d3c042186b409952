import { Entropy } from '@orrery/application';
import type { Random } from './random.js';

/** The chance that a simulated process draws from. */
export class SimEntropy extends Entropy {
  constructor(private readonly source: Random) {
    super();
  }

  override random(): number {
    return this.source.next();
  }

  override bytes(count: number): Uint8Array {
    return this.source.bytes(count);
  }
}
