import type { Channel } from 'amqplib';

/** What queues are called, and how they are declared: in the same words as engines do, or the broker refuses it. */
export class BrokerNames {
  constructor(private readonly prefix: string) {}

  /** Where anything may be said that has no other address. */
  get commands(): string {
    return `${this.prefix}.commands`;
  }

  /** Where messages are set aside that are no tasks. */
  get refusedTasks(): string {
    return `${this.prefix}.tasks.refused`;
  }

  /** The queue of a task type. */
  tasks(type: string): string {
    return `${this.prefix}.tasks.default.${type}`;
  }

  async declareTasks(channel: Channel, type: string): Promise<string> {
    const { queue } = await channel.assertQueue(this.tasks(type), {
      durable: true,
      messageTtl: 15_000,
      expires: 3_600_000,
      deadLetterExchange: `${this.prefix}.tasks.unread`,
    });
    return queue;
  }

  async declareRefused(channel: Channel): Promise<void> {
    await channel.assertQueue(this.refusedTasks, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  }
}
