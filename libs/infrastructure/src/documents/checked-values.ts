import type { TextReport } from './document-faults.js';

const HALF_A_PAIR = /\p{Surrogate}/u;

/** A text that can be stored and sent on. */
export function checkText(text: string, offset: number, report: TextReport): void {
  if (text.includes('\0')) report.add('document.bad-character', offset, 'a text has the character NUL in it');
  if (HALF_A_PAIR.test(text)) report.add('document.bad-character', offset, 'a text has half of a surrogate pair in it');
}

/** A number as JSON has it. What a double cannot keep is refused rather than changed. */
export function checkNumber(written: string, value: number, offset: number, report: TextReport): number {
  const isWhole = /^[-+]?(\d+|0[xo][\da-fA-F]+)$/.test(written);
  if (!Number.isFinite(value) || (isWhole && !Number.isSafeInteger(value))) {
    const shown = written.length > 30 ? `${written.slice(0, 29)}…` : written;
    const message = `${shown} is a number that is not kept exactly: write it as a text`;
    report.add('document.bad-number', offset, message);
  }
  // The sign of zero does not survive JSON.
  return value === 0 ? 0 : value;
}

/** The keys of one object, as they come: each once, and none that programs are attacked with. */
export class CheckedKeys {
  private readonly seen = new Set<string>();

  constructor(
    private readonly report: TextReport,
    /** The key of the object itself. */
    private readonly parentKey: string | undefined,
  ) {}

  add(key: string, offset: number): void {
    const { seen, report, parentKey } = this;
    const shown = JSON.stringify(key.length > 60 ? `${key.slice(0, 59)}…` : key);
    if (seen.has(key)) report.add('document.duplicate-key', offset, `the key ${shown} is there twice`);
    if (key === '__proto__' || (key === 'prototype' && parentKey === 'constructor')) {
      report.add('document.forbidden-key', offset, `${shown} cannot be a key here`);
    }
    checkText(key, offset, report);
    seen.add(key);
  }
}
