/** A message of a stream of server-sent events. */
export interface SseMessage {
  /** `message`, where it does not say. */
  readonly type: string;
  readonly id: string;
  readonly data: string;
}

/** Reads server-sent events as they come, in pieces of any size. */
export class SseMessages {
  private readonly decoder = new TextDecoder();
  private rest = '';

  /** The messages that are whole with this piece. */
  read(piece: Uint8Array): readonly SseMessage[] {
    const texts = (this.rest + this.decoder.decode(piece, { stream: true })).split('\n\n');
    this.rest = texts.pop()!;
    return texts.map(messageOf);
  }
}

function messageOf(text: string): SseMessage {
  const fields: { [name: string]: string } = {};
  for (const line of text.split('\n')) {
    const colon = line.indexOf(': ');
    if (colon > 0) fields[line.slice(0, colon)] = line.slice(colon + 2);
  }
  const { event = 'message', id = '', data = '' } = fields;
  return { type: event, id, data };
}
