import type { Delivery } from '@orrery/infrastructure';

/** A command's message, as a service sends it in structured mode. */
export function delivery(
  command: string,
  { data, ...attributes }: { readonly [name: string]: unknown } = {},
  more: Partial<Delivery> = {},
): Delivery {
  const type = `io.orrery.command.${command}.v1`;
  const event = { specversion: '1.0', id: '1', source: '/shop', type, ...attributes, data };
  return raw(JSON.stringify(event), more);
}

/** A message that says whatever it says. */
export function raw(body: string | Buffer, more: Partial<Delivery> = {}): Delivery {
  return {
    body: Buffer.from(body as string),
    contentType: 'application/cloudevents+json',
    contentEncoding: undefined,
    messageId: undefined,
    correlationId: undefined,
    replyTo: 'somebody',
    headers: {},
    ...more,
  };
}
