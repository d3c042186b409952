import { describe, expect, it } from '@jest/globals';
import { someEvents } from './event-exchange.contract.js';
import { eventMessage } from './event-message.js';

const [event] = someEvents('5eed0002-0000-4000-8000-000000000001', 1);
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const told = { ...event!, traceparent, causationId: 'c' };
const data = { name: 'go', payload: 'ünï' };
const properties = {
  persistent: true,
  messageId: '5eed0002-0000-4000-8000-000000000001:1',
  type: 'io.orrery.event.SignalReceived.v1',
  timestamp: 1_893_456_000,
  correlationId: event!.stream,
};
const attributes = {
  specversion: '1.0',
  id: '5eed0002-0000-4000-8000-000000000001:1',
  source: '/namespaces/default',
  type: 'io.orrery.event.SignalReceived.v1',
  subject: event!.stream,
  time: '2030-01-01T00:00:00.000Z',
  partition: 3,
  version: 1,
  position: 'token',
  actor: 'anonymous',
  correlationid: event!.stream,
  causationid: 'c',
  traceparent,
};

describe('An event as a message', () => {
  it('is a CloudEvent in structured mode, persistent, under a key to choose by', () => {
    const { body, ...rest } = eventMessage('orrery.events', told, 'structured');
    expect(JSON.parse(body.toString())).toEqual({ ...attributes, datacontenttype: 'application/json', data });
    expect(rest).toEqual({
      exchange: 'orrery.events',
      routingKey: 'default.workflow.SignalReceived',
      properties: { ...properties, contentType: 'application/cloudevents+json', headers: { traceparent } },
    });
  });

  it('is one in binary mode, where that is wanted', () => {
    const { body, ...rest } = eventMessage('orrery.events', told, 'binary');
    expect(JSON.parse(body.toString())).toEqual(data);
    const prefixed = Object.entries(attributes).map(([name, value]) => [`cloudEvents:${name}`, value]);
    expect(rest).toEqual({
      exchange: 'orrery.events',
      routingKey: 'default.workflow.SignalReceived',
      properties: {
        ...properties,
        contentType: 'application/json',
        headers: { ...Object.fromEntries(prefixed), traceparent },
      },
    });
  });

  it('of a definition has its name for a subject', () => {
    const registered = { ...event!, aggregate: 'definition', type: 'DefinitionRegistered' } as const;
    const {
      routingKey,
      body,
      properties: said,
    } = eventMessage('e', { ...registered, data: { name: 'orders', version: 2, hash: 'h' } }, 'structured');
    expect(routingKey).toBe('default.definition.DefinitionRegistered');
    const written = JSON.parse(body.toString()) as object;
    expect(written).toMatchObject({ subject: 'orders' });
    expect(written).not.toHaveProperty('traceparent');
    expect(written).not.toHaveProperty('causationid');
    expect(said.headers).toEqual({});
  });
});
