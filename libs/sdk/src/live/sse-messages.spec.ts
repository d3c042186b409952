import { describe, expect, it } from '@jest/globals';
import { SseMessages } from './sse-messages.js';

const TEXT =
  'retry: 1000\n\n' +
  'event: heartbeat\nid: c0\ndata: {"cursor":"c0"}\n\n' +
  'id: c1\ndata: {"said":"grüße, 🪐: data: x"}\n\n' +
  'id: c2\ndata: {"cut":';

describe('Server-sent events', () => {
  it.each([1, 2, 3, 7, 1_000])('are read whole in pieces of %d bytes, and no others', (size) => {
    const bytes = new TextEncoder().encode(TEXT);
    const messages = new SseMessages();
    const read = [];
    for (let at = 0; at < bytes.length; at += size) read.push(...messages.read(bytes.subarray(at, at + size)));
    expect(read).toEqual([
      { type: 'message', id: '', data: '' },
      { type: 'heartbeat', id: 'c0', data: '{"cursor":"c0"}' },
      { type: 'message', id: 'c1', data: '{"said":"grüße, 🪐: data: x"}' },
    ]);
  });
});
