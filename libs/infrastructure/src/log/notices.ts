import type { Notice } from '@orrery/application';
import type { Namespace, StreamId } from '@orrery/domain';

export const CHANNEL = 'orrery_commits';
// A payload must be shorter than 8,000 bytes.
const PAYLOAD_BYTES = 7_900;

export const NOTIFY = {
  name: 'notify',
  text: `select pg_notify('${CHANNEL}', payload) from unnest($1::text[]) as payload`,
};

/** As few payloads as hold these notices, each a JSON array of `[namespace, stream, partition, last version]`. */
export function payloadsOf(notices: readonly Notice[]): string[] {
  const payloads: string[] = [];
  let parts: string[] = [];
  let bytes = 2;
  for (const { namespace, stream, partition, lastVersion } of notices) {
    const part = JSON.stringify([namespace, stream, partition, lastVersion]);
    const partBytes = Buffer.byteLength(part) + 1;
    if (bytes + partBytes > PAYLOAD_BYTES && parts.length > 0) {
      payloads.push(`[${parts.join()}]`);
      parts = [];
      bytes = 2;
    }
    parts.push(part);
    bytes += partBytes;
  }
  if (parts.length > 0) payloads.push(`[${parts.join()}]`);
  return payloads;
}

/** What a payload says; nothing, where it is not one of ours: anybody may notify on a channel. */
export function noticesOf(payload: string): Notice[] {
  let parts: unknown;
  try {
    parts = JSON.parse(payload);
  } catch {
    return [];
  }
  return Array.isArray(parts) ? parts.filter(isPart).map(noticeOf) : [];
}

type Part = readonly [namespace: string, stream: string, partition: number, lastVersion: number];

function isPart(part: unknown): part is Part {
  return Array.isArray(part) && ['string', 'string', 'number', 'number'].every((type, at) => typeof part[at] === type);
}

function noticeOf([namespace, stream, partition, lastVersion]: Part): Notice {
  return { namespace: namespace as Namespace, stream: stream as StreamId, partition, lastVersion };
}
