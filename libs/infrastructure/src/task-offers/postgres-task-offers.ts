import { type AttemptAddress, type HandedTask, type OfferState, type TaskOffer, TaskOffers } from '@orrery/application';
import type { Pool, QueryResultRow } from 'pg';
import { ChannelListener } from '../log/channel-listener.js';
import { inDomainWords } from '../log/sql-errors.js';
import {
  CANCEL,
  DECLARE,
  HELD,
  OFFER,
  OFFERS_CHANNEL,
  OFFERS_OF,
  PUT_BACK,
  REMOVE,
  TAKE,
  TAKERS,
  WITHDRAW,
} from './offer-statements.js';

/** A process that has not beaten for so long is offered nothing, in milliseconds. */
const SILENT_MS = 10_000;

interface Taken {
  readonly number: string;
  readonly task: HandedTask;
  readonly waitedMs: number;
}

/** What processes offer each other, as rows that are there only as long as somebody has use for them. */
export class PostgresTaskOffers extends TaskOffers {
  constructor(
    private readonly pool: Pool,
    /** Which engine this is. */
    private readonly engine: string,
    private readonly url: string,
  ) {
    super();
  }

  override async declare(queues: readonly string[]): Promise<void> {
    await this.query(DECLARE, [this.engine, queues]);
  }

  override async takers(): Promise<ReadonlySet<string>> {
    const rows = await this.query<{ queue: string }>(TAKERS, [SILENT_MS, this.engine]);
    return new Set(rows.map(({ queue }) => queue));
  }

  override async offer(offers: readonly TaskOffer[]): Promise<void> {
    await this.query(OFFER, [JSON.stringify(offers), this.engine]);
  }

  override async take(queues: readonly string[], most: number): Promise<readonly HandedTask[]> {
    const rows = await this.query<Taken>(TAKE, [this.engine, queues, most]);
    rows.sort((a, b) => (BigInt(a.number) < BigInt(b.number) ? -1 : 1));
    // Its time runs from now on.
    return rows.map(({ task, waitedMs }) => ({
      ...task,
      deadline: task.deadline === null ? null : Math.round(task.deadline + waitedMs),
    }));
  }

  override of(partitions: readonly number[]): Promise<readonly OfferState[]> {
    return this.query<OfferState>(OFFERS_OF, [partitions, this.engine]);
  }

  override held(): Promise<readonly OfferState[]> {
    return this.query<OfferState>(HELD, [this.engine]);
  }

  override async putBack(attempts: readonly AttemptAddress[]): Promise<void> {
    await this.query(PUT_BACK, [...arraysOf(attempts), this.engine]);
  }

  override async cancel(attempts: readonly AttemptAddress[]): Promise<void> {
    await this.query(CANCEL, arraysOf(attempts));
  }

  override async remove(attempts: readonly AttemptAddress[]): Promise<void> {
    await this.query(REMOVE, arraysOf(attempts));
  }

  override withdraw(attempts: readonly AttemptAddress[]): Promise<readonly AttemptAddress[]> {
    return this.query<AttemptAddress>(WITHDRAW, arraysOf(attempts));
  }

  override async listen(onOffer: () => void): Promise<() => Promise<void>> {
    const listener = new ChannelListener(this.url, OFFERS_CHANNEL, onOffer);
    await listener.open();
    return () => listener.close();
  }

  private async query<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await inDomainWords(this.pool.query<Row & QueryResultRow>(text, [...values]))).rows;
  }
}

function arraysOf(attempts: readonly AttemptAddress[]) {
  return [
    attempts.map(({ namespace }) => namespace),
    attempts.map(({ workflow }) => workflow),
    attempts.map(({ ordinal }) => ordinal),
    attempts.map(({ attempt }) => attempt),
  ];
}
