import { ChangeFanOut, type HearChange } from '@orrery/application';

/** A fan-out in memory, and what each process has of it. */
export class MemoryChangeFanOut {
  private readonly listeners: { readonly member: ChangeFanOut; readonly hear: HearChange }[] = [];

  /** What one more process has. */
  member(): ChangeFanOut {
    const { listeners } = this;
    return new (class extends ChangeFanOut {
      override tell(...change: Parameters<HearChange>): void {
        for (const { member, hear } of listeners) if (member !== this) hear(...change);
      }

      override listen(hear: HearChange): void {
        listeners.push({ member: this, hear });
      }
    })();
  }
}
