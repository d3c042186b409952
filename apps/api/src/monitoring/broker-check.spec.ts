import { describe, expect, it } from '@jest/globals';
import { brokerCheck } from './broker-check.js';

describe('The check of the broker', () => {
  it('is none where there is no broker', () => {
    expect(brokerCheck(undefined)).toEqual([]);
  });

  it('says that the process serves, with its broker or without', async () => {
    const reason = 'RabbitMQ is not connected';
    let trouble: string | undefined = reason;
    const [check] = brokerCheck({ trouble: () => trouble });
    expect(await check!.look()).toEqual({ status: 'degraded', reason });
    trouble = undefined;
    expect(await check!.look()).toEqual({ status: 'ok' });
  });
});
