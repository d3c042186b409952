import { Counter, Gauge, type Registry } from 'prom-client';

/** By what a subscriber listens. */
export type Face = 'sse' | 'websocket';

/** Counts who listens to the live feed, what they are told, and who was dropped. */
export class LiveMetrics {
  private readonly subscriptions: Gauge;
  private readonly events: Counter;
  private readonly dropped: Counter;

  constructor(registry: Registry) {
    const common = { labelNames: ['face'], registers: [registry] };
    const subscriptions = 'Subscriptions to the live feed.';
    this.subscriptions = new Gauge({ name: 'orrery_live_subscriptions', help: subscriptions, ...common });
    const events = 'Events that subscribers of the live feed were told.';
    this.events = new Counter({ name: 'orrery_live_events_total', help: events, ...common });
    const dropped = 'Subscribers of the live feed that were dropped because they did not read.';
    this.dropped = new Counter({ name: 'orrery_live_dropped_total', help: dropped, ...common });
    registry.registerMetric(ofStreams(this.subscriptions, 'orch_sse_connections_active'));
    registry.registerMetric(ofStreams(this.events, 'orch_sse_messages_sent_total'));
  }

  began(face: Face): void {
    this.subscriptions.inc({ face });
  }

  ended(face: Face): void {
    this.subscriptions.dec({ face });
  }

  told(face: Face): void {
    this.events.inc({ face });
  }

  wasDropped(face: Face): void {
    this.dropped.inc({ face });
  }
}

/** What a metric says of streams of server-sent events, under the name that the contract has for it. */
function ofStreams(metric: Gauge | Counter, name: string): Gauge | Counter {
  const get = async () => {
    const { values, ...rest } = await metric.get();
    const ofFace = values.filter(({ labels }) => labels['face'] === 'sse');
    return { ...rest, name, values: ofFace.map(({ value }) => ({ value, labels: {} })) };
  };
  return { name, get, reset: () => undefined } as unknown as Gauge;
}
