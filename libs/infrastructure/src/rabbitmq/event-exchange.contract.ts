import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { EventExchange, OutgoingEvent, RedrivenMessage } from '@orrery/application';
import { Unavailable } from '@orrery/domain';

export interface EventExchangeHarness {
  readonly exchange: EventExchange;
  /** The ids of what was told so far, in the order in which somebody heard them. */
  told(): Promise<readonly string[]>;
  /** The bodies of what was sent again so far. */
  redriven(): Promise<readonly string[]>;
  /** From now on somebody hears events of this type, and nobody hears others. */
  hearOnly(type: string): Promise<void>;
  /** Nobody takes anything, until it is told otherwise. */
  away(isAway: boolean): void;
  close(): Promise<void>;
}

/** Events of a stream, after a version. */
export function someEvents(stream: string, many: number, after = 0): OutgoingEvent[] {
  return Array.from({ length: many }, (_, index) => ({
    namespace: 'default',
    aggregate: 'workflow',
    stream,
    partition: 3,
    schema: 1,
    position: 'token',
    version: after + index + 1,
    type: 'SignalReceived',
    at: '2030-01-01T00:00:00.000Z',
    actor: 'anonymous',
    causationId: null,
    correlationId: stream,
    data: { name: 'go', payload: 'ünï' },
  }));
}

export const someLetter = (body: string): RedrivenMessage => ({
  letter: '5eed0002-0000-4000-8000-000000000001',
  message: { body, encoding: 'text', headers: {} },
});

export const idsOf = (events: readonly OutgoingEvent[]) => events.map(({ stream, version }) => `${stream}:${version}`);
/** The same without what came before: what is left to whoever drops by id. */
export const firstOf = (ids: readonly string[]) => [...new Set(ids)];

/** What all exchanges keep to. */
export function eventExchangeContract(name: string, open: () => Promise<EventExchangeHarness>): void {
  describe(name, () => {
    let harness: EventExchangeHarness;
    beforeEach(async () => {
      harness = await open();
    });
    afterEach(() => harness.close());

    it('has taken events, in their order, when it says so', async () => {
      const events = [...someEvents('a', 500), ...someEvents('b', 500)];
      await harness.exchange.publish(events);
      await harness.exchange.publish(someEvents('a', 10, 500));
      expect(await harness.told()).toEqual([...idsOf(events), ...idsOf(someEvents('a', 10, 500))]);
    });

    it('takes nothing when asked for nothing', async () => {
      await harness.exchange.publish([]);
      expect(await harness.exchange.ask([])).toEqual(new Set());
      expect(await harness.told()).toEqual([]);
    });

    it('says of events whose names nobody hears, and has taken them as others', async () => {
      const events = [...someEvents('a', 2), { ...someEvents('a', 1, 2)[0]!, type: 'WorkflowPaused' }];
      expect(await harness.exchange.ask(events)).toEqual(new Set());
      expect(await harness.told()).toEqual(idsOf(events));
      await harness.hearOnly('WorkflowPaused');
      expect(await harness.exchange.ask(events)).toEqual(new Set(['default.workflow.SignalReceived']));
      await harness.hearOnly('WorkflowCompleted');
      const names = ['default.workflow.SignalReceived', 'default.workflow.WorkflowPaused'];
      expect(await harness.exchange.ask(events)).toEqual(new Set(names));
    });

    it('has sent messages again when it says so, and waits while nobody takes them', async () => {
      await harness.exchange.redrive([someLetter('one'), someLetter('ü')]);
      expect(await harness.redriven()).toEqual(['one', 'ü']);
      harness.away(true);
      let isDone = false;
      const sending = harness.exchange.redrive([someLetter('late')]).then(() => (isDone = true));
      await pause(300);
      expect(isDone).toBe(false);
      harness.away(false);
      await sending;
      expect(firstOf(await harness.redriven())).toContain('late');
    });

    it('waits while nobody takes them, and loses none', async () => {
      await harness.exchange.publish(someEvents('a', 1));
      harness.away(true);
      let isDone = false;
      const publishing = harness.exchange.publish(someEvents('a', 5, 1)).then(() => (isDone = true));
      await pause(300);
      expect(isDone).toBe(false);
      harness.away(false);
      await publishing;
      expect(firstOf(await harness.told())).toEqual(idsOf(someEvents('a', 6)));
    });

    it('lets go of whoever waits, once it is stopped', async () => {
      harness.away(true);
      const publishing = harness.exchange.publish(someEvents('a', 1));
      harness.exchange.stop();
      await expect(publishing).rejects.toBeInstanceOf(Unavailable);
      await expect(harness.exchange.redrive([someLetter('never')])).rejects.toBeInstanceOf(Unavailable);
    });
  });
}
