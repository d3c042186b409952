import type { ConsumeMessage } from 'amqplib';
import type { Line } from './broker-link.js';
import { openCodec } from './codec.js';

type OnMessage = (message: ConsumeMessage | null) => void;

/** A channel in memory: who reads from it, and what was said of what it brought. */
export class FakeChannel {
  readonly readers = new Map<string, { readonly queue: string; readonly onMessage: OnMessage }>();
  readonly declared: string[] = [];
  readonly published: { readonly queue: string; readonly body: string; readonly headers: object }[] = [];
  readonly acked: unknown[] = [];
  readonly back: unknown[] = [];
  private tags = 0;
  private redelivered = false;

  assertQueue = async (queue: string) => {
    this.declared.push(queue);
    return { queue };
  };
  prefetch = async () => undefined;
  consume = async (queue: string, onMessage: OnMessage) => {
    const consumerTag = `reader-${++this.tags}`;
    this.readers.set(consumerTag, { queue, onMessage });
    return { consumerTag };
  };
  cancel = async (tag: string) => void this.readers.delete(tag);
  ack = (message: { readonly content: Buffer }) => void this.acked.push(nameOf(message));
  nack = (message: { readonly content: Buffer }) => void this.back.push(nameOf(message));
  publish = (_exchange: string, queue: string, body: Buffer, { headers }: { headers: object }) =>
    void this.published.push({ queue, body: body.toString(), headers });

  /** Brings a message of tasks of these names; false: nobody reads. */
  bring(...names: readonly string[]): boolean {
    const tasks = names.map((id) => ({ id, leaseToken: '1.x', type: 'work', idempotencyKey: id }));
    return this.bringText(JSON.stringify({ tasks }));
  }

  /** The same, of which the broker says that somebody had it before. */
  bringAgain(name: string): boolean {
    this.redelivered = true;
    const isRead = this.bring(name);
    this.redelivered = false;
    return isRead;
  }

  bringText(text: string, more: object = {}): boolean {
    const [reader] = this.readers.values();
    const properties = { contentType: 'application/json', replyTo: 'owner', ...more };
    const fields = { routingKey: reader?.queue, redelivered: this.redelivered };
    reader?.onMessage({ content: Buffer.from(text), properties, fields } as unknown as ConsumeMessage);
    return reader !== undefined;
  }
}

/** The first task of a message, or what it says. */
function nameOf({ content }: { readonly content: Buffer }): string {
  const text = content.toString();
  return /"id":"([^"]*)"/.exec(text)?.[1] ?? text;
}

export async function fakeLine() {
  const channel = new FakeChannel();
  const state = { isOpen: true };
  const codec = await openCodec();
  const line = { tasks: channel, words: channel, queue: 'mine', codec, isOpen: () => state.isOpen };
  return { channel, state, line: line as unknown as Line };
}
