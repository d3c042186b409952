import { readJson } from '@orrery/contract';
import { describe, expect, it } from '@jest/globals';
import { TextDocumentReader } from '@orrery/infrastructure';
import type { Invalid } from '@orrery/domain';
import fc from 'fast-check';

const documents = new TextDocumentReader();
const read = (text: string | Buffer) => readJson(Buffer.from(text as string), documents);

function faultsOf(text: string | Buffer) {
  try {
    read(text);
  } catch (error) {
    return (error as Invalid).faults.map(({ pointer, message, line, column }) => ({ pointer, message, line, column }));
  }
  return [];
}

const nested = (depth: number) => `${'['.repeat(depth)}${']'.repeat(depth)}`;

describe('a body of JSON', () => {
  it('is what JSON.parse makes of it, if it says one thing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 2), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        const exact = JSON.parse(text, (key, each) => (key === '__proto__' ? undefined : each));
        fc.pre(JSON.stringify(exact) === JSON.stringify(value) && !/\d{16}/.test(text));
        expect(read(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('may be of any kind, and hold colons and braces in its texts', () => {
    const values = [
      null,
      true,
      0.1,
      1e300,
      9_007_199_254_740_991,
      '',
      ':',
      { ':': ':"{[:' },
      [[], {}],
      '\u0000',
      '\ud800',
    ];
    for (const value of values) expect(read(JSON.stringify(value))).toEqual(value);
    expect(read('{"a\\u003ab":1}')).toEqual({ 'a:b': 1 });
    expect(read('[1e300, 100000000000000000000, 1E2, -0, 12345678901234567.5]')).toHaveLength(5);
  });

  it('that is none says where, and what should be there', () => {
    expect(() => read('rubbish')).toThrow(
      'the body cannot be read: line 1, column 1: here must be a value, and there is "r"',
    );
    expect(() => read('{"input": {\n  "amount": 3,\n}}')).toThrow(
      'the body cannot be read: line 3, column 1: here must be',
    );
  });

  it('nests at most so deep', () => {
    expect(read(nested(64))).toBeDefined();
    expect(faultsOf(nested(65))).toEqual([expect.objectContaining({ message: 'nests more than 64 deep (depth)' })]);
    expect(faultsOf(nested(100_000))).toHaveLength(1);
    expect(() => read(nested(65))).toThrow('the body cannot be read: it nests more than 64 deep (depth)');
  });

  it('has no key that leads to a prototype', () => {
    expect(faultsOf('{"a":{"__proto__":{"x":1}}}')).toEqual([expect.objectContaining({ pointer: '/a/__proto__' })]);
    expect(faultsOf('[{"constructor":{"prototype":{}}}]')).toEqual([
      expect.objectContaining({ pointer: '/0/constructor' }),
    ]);
    expect(read('{"constructor":"someone","prototype":1}')).toEqual({ constructor: 'someone', prototype: 1 });
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });

  it('has no number that would become another one', () => {
    expect(faultsOf('{"a":[1e400,-1e400]}').map(({ pointer }) => pointer)).toEqual(['/a/0', '/a/1']);
    expect(faultsOf('[12345678901234567890, "12345678901234567890", 1e400]')).toHaveLength(2);
    expect(faultsOf('[9007199254740993]')[0]!.message).toContain('send it as a text');
  });

  it('has no key twice, however it is written', () => {
    expect(faultsOf('{"a":1,\n "a":2}')).toEqual([expect.objectContaining({ line: 2, column: 2 })]);
    expect(faultsOf('{"a:":1,"a\\u003a":2}')).toHaveLength(1);
    expect(faultsOf('{"a":":::","a":1}')).toHaveLength(1);
    expect(faultsOf(`{"a":1,"a":"${'x'.repeat(70_000)}"}`)).toEqual([
      expect.objectContaining({ message: 'has a key twice' }),
    ]);
  });

  it('is JSON, in UTF-8: what is not says where', () => {
    expect(faultsOf('{"a":1,}')).toEqual([expect.objectContaining({ line: 1, column: 8 })]);
    expect(faultsOf(`["${'x'.repeat(70_000)}"`)).toEqual([expect.objectContaining({ message: 'is not JSON' })]);
    expect(faultsOf(Buffer.from([0x22, 0xff, 0x22]))).toEqual([expect.objectContaining({ message: 'is not UTF-8' })]);
    expect(faultsOf('\ufeff{}')).toHaveLength(1);
  });
});
