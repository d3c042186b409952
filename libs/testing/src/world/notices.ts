import type { Notice } from '@orrery/application';
import type { LinkParts } from './link.js';
import type { SimNode } from './sim-node.js';

/** How long a notice is on its way at most, in milliseconds. */
const ON_ITS_WAY_MS = 50;

type Listener = (notice: Notice) => void;

/** What processes tell each other of foreign commits: hints, which come late, twice, out of order, or not at all. */
export class NoticeBoard {
  private readonly listeners = new Map<Listener, SimNode>();

  constructor(private readonly parts: LinkParts) {}

  /** The board as one node has it. */
  on(node: SimNode): Notices {
    return {
      tell: (notices) => this.tell(notices),
      listen: (listener) => {
        this.listeners.set(listener, node);
        return async () => void this.listeners.delete(listener);
      },
    };
  }

  private tell(notices: readonly Notice[]): void {
    const { random, faults, count, scheduler } = this.parts;
    for (const notice of notices) {
      for (const [listener, node] of this.listeners) {
        if (random.chance(faults().noticeLost)) {
          count('noticeLost');
          continue;
        }
        const times = random.chance(faults().noticeTwice) ? 2 : 1;
        if (times === 2) count('noticeTwice');
        for (let time = 0; time < times; time += 1) {
          scheduler.after(random.below(ON_ITS_WAY_MS), () => node.enter(() => listener(notice)));
        }
      }
    }
  }
}

export interface Notices {
  tell(notices: readonly Notice[]): void;
  listen(listener: Listener): () => Promise<void>;
}
