import type { TextFault } from './document-faults.js';

/** The text that bytes are in UTF-8, or the text up to the first that is not, and what is wrong there. */
export function decodeUtf8(bytes: Uint8Array): { text: string; faults?: readonly TextFault[] } {
  if (isUtf8(bytes)) return { text: decode(bytes) };
  let good = 0;
  let bad = bytes.length;
  while (good + 1 < bad) {
    const middle = (good + bad) >> 1;
    if (isUtf8(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  const text = decode(bytes.subarray(0, good), true);
  return { text, faults: [{ code: 'document.not-utf8', message: 'these bytes are not UTF-8', offset: text.length }] };
}

/** With `stream`, the last character may be cut off. */
function decode(bytes: Uint8Array, stream = false): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
}

function isUtf8(bytes: Uint8Array, stream = false): boolean {
  try {
    decode(bytes, stream);
    return true;
  } catch {
    return false;
  }
}
