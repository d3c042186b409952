import { describe, expect, it } from '@jest/globals';
import { someEvents } from './event-exchange.contract.js';
import { eventMessage } from './event-message.js';

const [event] = someEvents('5eed0002-0000-4000-8000-000000000001', 1);

describe('An event as a message', () => {
  it('is a CloudEvent in binary mode, persistent, under a key to choose by', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    const told = { ...event!, traceparent, causationId: 'c' };
    const { body, properties, ...rest } = eventMessage('orrery.events', told);
    expect(rest).toEqual({ exchange: 'orrery.events', routingKey: 'default.workflow.SignalReceived' });
    expect(JSON.parse(body.toString())).toEqual({ name: 'go', payload: 'ünï' });
    expect(properties).toEqual({
      persistent: true,
      contentType: 'application/json',
      messageId: '5eed0002-0000-4000-8000-000000000001:1',
      type: 'io.orrery.event.SignalReceived.v1',
      timestamp: 1_893_456_000,
      correlationId: event!.stream,
      headers: {
        'cloudEvents:specversion': '1.0',
        'cloudEvents:id': '5eed0002-0000-4000-8000-000000000001:1',
        'cloudEvents:source': '/namespaces/default',
        'cloudEvents:type': 'io.orrery.event.SignalReceived.v1',
        'cloudEvents:subject': event!.stream,
        'cloudEvents:time': '2030-01-01T00:00:00.000Z',
        'cloudEvents:partition': 3,
        'cloudEvents:version': 1,
        'cloudEvents:position': 'token',
        'cloudEvents:actor': 'anonymous',
        'cloudEvents:correlationid': event!.stream,
        'cloudEvents:causationid': 'c',
        'cloudEvents:traceparent': traceparent,
        traceparent,
      },
    });
  });

  it('of a definition has its name for a subject', () => {
    const data = { name: 'orders', version: 2, hash: 'h' };
    const { routingKey, properties } = eventMessage('e', {
      ...event!,
      aggregate: 'definition',
      type: 'DefinitionRegistered',
      data,
    });
    expect(routingKey).toBe('default.definition.DefinitionRegistered');
    expect(properties.headers).toMatchObject({ 'cloudEvents:subject': 'orders' });
    expect(properties.headers).not.toHaveProperty('traceparent');
  });
});
