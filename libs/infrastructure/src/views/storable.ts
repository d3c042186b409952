// One value that PostgreSQL refuses would stop a view for ever, for every run of the partition, and a question that
// holds one would fail: what cannot be stored is replaced, in rows and in questions alike, and in every adapter.

const MAYBE_UNSTORABLE = /[\0\ud800-\udfff]/;
const UNSTORABLE = /\0|\p{Surrogate}/gu;
/** The latest time that a `Date` and PostgreSQL both know. */
const LATEST = 8_640_000_000_000_000;

/** The text without NUL and halves of surrogate pairs, which no text of PostgreSQL can hold. */
export function storableText(text: string): string {
  return MAYBE_UNSTORABLE.test(text) ? text.replace(UNSTORABLE, '\ufffd') : text;
}

export function storableLabels(labels: { readonly [key: string]: string }): { readonly [key: string]: string } {
  return Object.fromEntries(Object.entries(labels).map(([key, value]) => [storableText(key), storableText(value)]));
}

/** Milliseconds since the epoch that a timestamp can hold. */
export function storableTime(ms: number): number {
  return Math.min(Math.max(Math.round(ms), 0), LATEST);
}
