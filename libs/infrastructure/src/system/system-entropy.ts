import { randomFillSync } from 'node:crypto';
import { Entropy } from '@orrery/application';

/** How many random bytes are drawn from the system at once: a call for each id would cost more than the id. */
const POOL_BYTES = 4096;

/** Randomness of this machine. Its bytes are fit for secrets; its numbers are for jitter. */
export class SystemEntropy extends Entropy {
  private pool = Buffer.alloc(0);
  private used = 0;

  override random(): number {
    return Math.random();
  }

  override bytes(count: number): Uint8Array {
    if (this.used + count > this.pool.length) {
      // A new one each time, for what was given away is still in use.
      this.pool = randomFillSync(Buffer.allocUnsafeSlow(Math.max(POOL_BYTES, count)));
      this.used = 0;
    }
    this.used += count;
    return this.pool.subarray(this.used - count, this.used);
  }
}
