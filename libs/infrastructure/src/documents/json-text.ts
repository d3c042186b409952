import { type Json, LIMITS, pointerTo } from '@orrery/domain';
import { CheckedKeys, checkNumber, checkText } from './checked-values.js';
import type { TextReport } from './document-faults.js';
import type { Span } from './located.js';

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

const WORDS: { readonly [word: string]: Json } = { true: true, false: false, null: null };

/** A list or an object that is not closed yet: the values in it so far, and of an object their keys. */
interface Open {
  readonly pointer: string;
  /** Where its key begins, if it has one, and where it does. */
  readonly at: number;
  readonly start: number;
  readonly values: Json[];
  readonly keys: string[] | undefined;
  readonly checked: CheckedKeys;
  /** Where the last key begins. */
  keyAt: number;
}

/**
 * Reads JSON as RFC 8259 has it, by a loop, so that nothing in a text can be too deep for the stack. What `JSON.parse` lets
 * pass is refused: a key twice, `__proto__`, numbers and characters that are not kept. Places are kept only if asked for.
 */
export class JsonText {
  private at = 0;
  private readonly open: Open[] = [];

  constructor(
    private readonly text: string,
    private readonly report: TextReport,
    private readonly spans?: Map<string, Span>,
  ) {}

  read(): Json {
    if (this.peek() === '') this.report.stop('document.empty', this.at, 'there is no document in the text');
    for (;;) {
      let value = this.readValue();
      while (value !== undefined && this.open.length > 0) value = this.put(value);
      if (value === undefined) continue;
      if (this.peek() !== '') this.unexpected('the end of the document');
      return value;
    }
  }

  /** A scalar, or an empty list or object; nothing where one with something in it was opened. */
  private readValue(): Json | undefined {
    const char = this.peek();
    if (char === '[' || char === '{') return this.openValue(char === '{');
    const start = this.at;
    const value = char === '"' ? this.readText() : this.readNumberOrWord();
    if (typeof value === 'string') checkText(value, start, this.report);
    this.keepSpan(this.pointerHere(), this.open.at(-1)?.keyAt ?? start, start, value);
    return value;
  }

  private openValue(isObject: boolean): Json | undefined {
    const { open, report } = this;
    const start = this.at++;
    if (open.length === LIMITS.depth) {
      report.stop('document.too-deep', start, `lists and objects nest more than ${LIMITS.depth} deep`);
    }
    const around = open.at(-1);
    open.push({
      pointer: this.pointerHere(),
      at: around?.keyAt ?? start,
      start,
      values: [],
      keys: isObject ? [] : undefined,
      checked: new CheckedKeys(report, around?.keys?.at(-1)),
      keyAt: start,
    });
    if (this.peek() === (isObject ? '}' : ']')) return this.close();
    this.readKey();
    return undefined;
  }

  /** Puts a value into what is open, and goes on to the next one, or gives what is complete with it. */
  private put(value: Json): Json | undefined {
    const { values, keys } = this.open.at(-1)!;
    values.push(value);
    const end = keys ? '}' : ']';
    const char = this.peek();
    if (char === end) return this.close();
    if (char !== ',') this.unexpected(`"," or "${end}"`);
    this.at++;
    this.readKey();
    return undefined;
  }

  private close(): Json {
    this.at++;
    const { pointer, at, start, values, keys } = this.open.pop()!;
    this.keepSpan(pointer, at, start);
    return keys ? Object.fromEntries(keys.map((key, index) => [key, values[index]!])) : values;
  }

  /** In an object, the key of the next value; in a list, only where the value begins. */
  private readKey(): void {
    const top = this.open.at(-1)!;
    const isKey = this.peek() === '"';
    top.keyAt = this.at;
    if (!top.keys) return;
    if (!isKey) this.unexpected('a key in double quotes');
    const key = this.readText();
    top.checked.add(key, top.keyAt);
    top.keys.push(key);
    if (this.peek() !== ':') this.unexpected('":"');
    this.at++;
  }

  private readText(): string {
    const start = this.at++;
    for (;;) {
      this.match(PLAIN);
      if (this.text[this.at] === '"') break;
      if (this.match(ESCAPE) === '') this.unexpected('the end of a text, or an escape that JSON has');
    }
    this.at++;
    return JSON.parse(this.text.slice(start, this.at)) as string;
  }

  private readNumberOrWord(): Json {
    const start = this.at;
    const word = this.match(WORD);
    if (word !== '') return WORDS[word]!;
    const number = this.match(NUMBER);
    if (number === '') this.unexpected('a value');
    return checkNumber(number, Number(number), start, this.report);
  }

  /** The next character that is no space; an empty text at the end. */
  private peek(): string {
    this.match(SPACE);
    return this.text[this.at] ?? '';
  }

  /** Takes what the pattern finds here, if anything. */
  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? '';
    this.at += found.length;
    return found;
  }

  private unexpected(wanted: string): never {
    const { at, text, report } = this;
    const found =
      at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at)!)) : 'the end of the text';
    return report.stop('document.syntax', at, `here must be ${wanted}, and there is ${found}`);
  }

  private pointerHere(): string {
    const top = this.open.at(-1);
    if (!top || !this.spans) return '';
    return pointerTo(top.pointer, top.keys ? top.keys.at(-1)! : top.values.length);
  }

  private keepSpan(pointer: string, at: number, start: number, value?: Json): void {
    const text = typeof value === 'string' ? { text: value } : {};
    this.spans?.set(pointer, { at, start, end: this.at, ...text });
  }
}
