import { type Json, LIMITS, pointerTo } from '@orrery/domain';
import {
  type Alias,
  type Node,
  type Pair,
  Scalar,
  type YAMLMap,
  type YAMLSeq,
  isAlias,
  isMap,
  isScalar,
  isSeq,
} from 'yaml';
import { CheckedKeys, checkNumber, checkText } from './checked-values.js';
import type { TextReport } from './document-faults.js';
import type { Span } from './located.js';
import { compose, tokensOf } from './yaml-syntax.js';

/** What an anchor stands for. */
interface Anchored {
  readonly value: Json;
  readonly size: number;
  readonly depth: number;
}

/** Where a value stands in the document. */
interface Spot {
  readonly pointer: string;
  /** The key of the value, and where it begins. */
  readonly key?: string;
  readonly keyAt?: number;
  readonly depth: number;
}

/**
 * Reads YAML as plain JSON. An alias gives what its anchor had, and counts as large as that: a document of a few lines
 * cannot become one of gigabytes.
 */
export class YamlText {
  private readonly anchors = new Map<string, Anchored>();
  private size = 0;
  /** How deep the deepest thing nests since this was last set. */
  private deepest = 0;

  constructor(
    private readonly text: string,
    private readonly report: TextReport,
    private readonly spans?: Map<string, Span>,
  ) {}

  read(): Json {
    const { contents } = compose(tokensOf(this.text, this.report), this.text.length, this.report);
    return this.valueOf(contents, { pointer: '', depth: 0 });
  }

  private valueOf(node: Node | null, spot: Spot): Json {
    const [start, end] = node?.range ?? [spot.keyAt!, spot.keyAt!];
    const value = isAlias(node) ? this.aliased(node, start, spot) : this.own(node, start, spot);
    const text = typeof value === 'string' ? { text: value } : {};
    this.spans?.set(spot.pointer, { at: spot.keyAt ?? start, start, end, ...text });
    return value;
  }

  private own(node: Node | null, start: number, spot: Spot): Json {
    const anchor = (node as { anchor?: string } | null)?.anchor;
    if (anchor === undefined) return this.withoutAnchor(node, start, spot);
    const { size, deepest } = this;
    this.deepest = spot.depth;
    const value = this.withoutAnchor(node, start, spot);
    this.anchors.set(anchor, { value, size: this.size - size, depth: this.deepest - spot.depth });
    this.deepest = Math.max(deepest, this.deepest);
    return value;
  }

  private withoutAnchor(node: Node | null, start: number, spot: Spot): Json {
    if (isMap(node) || isSeq(node)) {
      this.nest(spot.depth + 1, start);
      this.grow(2, start);
      return isMap(node) ? this.object(node, spot) : this.list(node, spot);
    }
    return isScalar(node) ? this.scalar(node as Scalar & { source: string }, start) : null;
  }

  private object({ items }: YAMLMap, { pointer, key: parentKey, depth }: Spot): Json {
    const checked = new CheckedKeys(this.report, parentKey);
    const entries = (items as Pair<Scalar, Node | null>[]).map(({ key: keyNode, value }): [string, Json] => {
      const keyAt = keyNode.range![0];
      const key = this.keyOf(keyNode, keyAt);
      checked.add(key, keyAt);
      this.grow(key.length + 4, keyAt);
      return [key, this.valueOf(value, { pointer: pointerTo(pointer, key), key, keyAt, depth: depth + 1 })];
    });
    return Object.fromEntries(entries);
  }

  /** Keys are texts, whatever they look like: the syntax was told so. */
  private keyOf(node: Scalar, at: number): string {
    if (node.type === Scalar.PLAIN && node.source === '<<') {
      const message = '"<<" does not merge: YAML 1.2 has no such key. Write out what it would bring';
      this.report.add('document.merge-key', at, message);
    }
    const key = node.value as string;
    if (key === '' && node.type === Scalar.PLAIN)
      this.report.add('document.key-not-text', at, 'a key must not be empty');
    if (node.anchor !== undefined) this.anchors.set(node.anchor, { value: key, size: key.length + 2, depth: 0 });
    return key;
  }

  private list({ items }: YAMLSeq, { pointer, depth }: Spot): Json {
    return (items as (Node | null)[]).map((item, index) => {
      this.grow(1, 0);
      return this.valueOf(item, { pointer: pointerTo(pointer, index), depth: depth + 1 });
    });
  }

  private scalar({ value, type, tag, source }: Scalar & { source: string }, start: number): Json {
    this.grow(source.length + 2, start);
    if (tag === '!') this.report.add('document.tag', start, 'the tag "!" says nothing: put a text in quotes instead');
    if (typeof value === 'number') {
      if (type === Scalar.PLAIN && /^[-+]?0\d+$/.test(source)) {
        const message = `${source} is octal to some and decimal to others: write it without the zero, or as a text`;
        this.report.add('document.ambiguous-number', start, message);
      }
      return checkNumber(source, value, start, this.report);
    }
    if (typeof value === 'string') checkText(value, start, this.report);
    return value as Json;
  }

  private aliased({ source }: Alias, start: number, { depth }: Spot): Json {
    const anchored = this.anchors.get(source);
    if (!anchored) {
      const message = `"*${source}" stands for nothing before it, or for what it stands in itself`;
      return this.report.stop('document.alias', start, message);
    }
    this.nest(depth + anchored.depth, start);
    this.grow(anchored.size, start);
    return anchored.value;
  }

  private grow(characters: number, at: number): void {
    this.size += characters;
    if (this.size <= LIMITS.definitionBytes) return;
    const message = `the document, with what its aliases stand for, is larger than ${LIMITS.definitionBytes} bytes`;
    this.report.stop('document.too-large', at, message);
  }

  private nest(depth: number, at: number): void {
    this.deepest = Math.max(this.deepest, depth);
    if (depth <= LIMITS.depth) return;
    this.report.stop('document.too-deep', at, `lists and objects nest more than ${LIMITS.depth} deep`);
  }
}
