import { randomUUID } from 'node:crypto';
import { ChangeFanOut, type HearChange, type StreamKey } from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';
import type { RedisLink } from './redis-link.js';

/** Who says it, and what has committed: `[namespace, stream, may be the end]` of each. */
type Message = readonly [from: string, ...changes: Change[]];
type Change = readonly [namespace: string, stream: string, mayBeEnd: 0 | 1];

/** Tells it on a channel of a Redis, one message for all that committed together. */
export class RedisChangeFanOut extends ChangeFanOut {
  private readonly self = randomUUID();
  private changes: Change[] = [];
  private readonly hearers: HearChange[] = [];

  constructor(
    private readonly link: Pick<RedisLink, 'tell' | 'subscribe'>,
    private readonly channel: string,
  ) {
    super();
  }

  override tell({ namespace, stream }: StreamKey, mayBeEnd: boolean): void {
    if (this.changes.length === 0) setImmediate(() => this.send());
    this.changes.push([namespace, stream, mayBeEnd ? 1 : 0]);
  }

  override listen(hear: HearChange): void {
    if (this.hearers.push(hear) > 1) return;
    void this.link.subscribe(this.channel, (text) => {
      const [from, ...changes] = messageIn(text);
      if (from !== this.self) for (const change of changes) this.heard(change);
    });
  }

  private heard([namespace, stream, mayBeEnd]: Change): void {
    const key = { namespace: namespace as Namespace, stream: stream as StreamId };
    for (const hear of this.hearers) hear(key, mayBeEnd === 1);
  }

  private send(): void {
    const message: Message = [this.self, ...this.changes];
    this.changes = [];
    this.link.tell((redis) => redis.publish(this.channel, JSON.stringify(message)));
  }
}

/** What is no message of ours says nothing: anybody may publish there. */
function messageIn(text: string): Message {
  try {
    const message = JSON.parse(text) as unknown;
    if (!Array.isArray(message)) return [''];
    const [from, ...changes] = message as unknown[];
    return [String(from), ...changes.filter(isChange)];
  } catch {
    return [''];
  }
}

function isChange(change: unknown): change is Change {
  return Array.isArray(change) && ['string', 'string', 'number'].every((type, at) => typeof change[at] === type);
}
