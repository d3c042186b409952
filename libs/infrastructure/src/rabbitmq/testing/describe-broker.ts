import { describe, it } from '@jest/globals';
import { brokerUrl } from './test-broker.js';

const url = await brokerUrl();

/** Describes what needs a RabbitMQ; where none answers, it is listed as skipped. */
export function describeBroker(name: string, specs: (url: string) => void): void {
  if (url !== undefined) return describe(name, () => specs(url));
  describe.skip(`${name} (needs RabbitMQ: none answers; ORRERY_TEST_RABBITMQ_URL names one)`, () =>
    it('keeps its word', () => undefined));
}
