/** How a body is written. */
export type BodyFormat = 'json' | 'msgpack';

/** Writes and reads bodies; a format that is not known is an error. */
export interface Codec {
  write(format: BodyFormat, value: object): Buffer;
  read(contentType: unknown, body: Buffer): unknown;
}

const MSGPACK = /^application\/([^;]+\+)?(x-|vnd\.)?msgpack\b/i;
const JSON_TYPE = /^application\/([^;]+\+)?json\b/i;

/** Loaded when it is wanted: who has no broker needs no MessagePack. */
export async function openCodec(): Promise<Codec> {
  const { decode, encode } = await import('@msgpack/msgpack');
  return {
    write: (format, value) =>
      format === 'json' ? Buffer.from(JSON.stringify(value)) : Buffer.from(encode(value, { ignoreUndefined: true })),
    read(contentType, body) {
      const type = String(contentType);
      if (JSON_TYPE.test(type)) return JSON.parse(body.toString());
      if (MSGPACK.test(type)) return decode(body);
      throw new Error(`the content type is neither that of JSON nor of MessagePack: ${type}`);
    },
  };
}
