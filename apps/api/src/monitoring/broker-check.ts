import type { Broker } from '@orrery/infrastructure';
import type { HealthCheck } from './health-check.js';

/** Without its broker a process does everything but speak to those who are behind it. */
export function brokerCheck(broker: Pick<Broker, 'trouble'> | undefined): readonly HealthCheck[] {
  if (!broker) return [];
  const look: HealthCheck['look'] = () => {
    const reason = broker.trouble();
    return reason === undefined ? { status: 'ok' } : { status: 'degraded', reason };
  };
  return [{ name: 'broker', look }];
}
