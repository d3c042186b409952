import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Json, compileDefinition } from '@orrery/domain';
import { TextDocumentReader } from '@orrery/infrastructure';
import { type TaskRef, cel, defineWorkflow, toYaml } from '@orrery/sdk';
import fc from 'fast-check';
import { arbitraryDefinition } from './support/arbitrary-definitions.js';
import { wholeLanguage } from './support/whole-language.js';

const reader = new TextDocumentReader();
const read = (text: string) => reader.read(text, 'yaml').value;
const plain = (value: unknown) => JSON.parse(JSON.stringify(value)) as Json;
const errorsOf = (document: unknown) =>
  compileDefinition(plain(document)).faults.filter(({ severity }) => severity === 'error');

describe('A definition in TypeScript', () => {
  it('is the same document as the YAML of the example', () => {
    const fanOut = defineWorkflow(
      {
        name: 'trip',
        input: { type: 'object', required: ['traveller'], properties: { traveller: { type: 'string' } } },
      },
      (w) => {
        const flight = w.task<{ booking: string }>('flight', {
          type: 'demo.courier.book',
          input: { reservation: w.input.traveller },
          retry: { maxAttempts: 5, backoff: { initial: '200ms', max: '10s' } },
          compensate: (output) => ({ type: 'demo.courier.cancel', input: { booking: output.booking } }),
        });
        w.task('pay', {
          type: 'demo.payment.charge',
          dependsOn: [flight],
          input: { card: 'visa', amount: 240 },
          timeouts: { queue: '5m', run: '20s' },
          compensate: { none: 'the receipt may stay' },
        });
        return { booking: flight.output.booking };
      },
    );
    const [, yaml] = /```yaml\n([\s\S]*?)```/.exec(readFileSync('README.md', 'utf8'))!;
    expect(fanOut).toEqual(read(yaml!));
    expect(read(toYaml(fanOut))).toEqual(fanOut);
  });

  it('knows the whole language', () => {
    const document = wholeLanguage();
    expect(document).toEqual(read(readFileSync('tests/sdk/support/whole-language.yaml', 'utf8')));
    expect(errorsOf(document)).toEqual([]);
    expect(read(toYaml(document))).toEqual(document);
  });

  it('writes values into expressions as they are', () => {
    const { output } = defineWorkflow({ name: 'x' }, (w) => {
      w.noop('a');
      return [
        cel`${w.input['n']} * ${2}`,
        cel`${w.input['a-b']} == ${'it\'s "so"'}`,
        cel`${w.input['list']}[${0}] in ${[1, null, true]}`,
        cel`${w.input['in']}`,
        cel`1 + 1`,
      ];
    });
    expect(output).toEqual([
      '${ input.n * 2 }',
      '${ input["a-b"] == "it\'s \\"so\\"" }',
      '${ input.list[0] in [1,null,true] }',
      '${ input["in"] }',
      '${ 1 + 1 }',
    ]);
    expect(errorsOf({ orrery: 'v1', name: 'x', tasks: { a: { type: 'noop' } }, output })).toEqual([]);
  });

  it('refuses a key that is there, and a task that is not of it', () => {
    expect(() =>
      defineWorkflow({ name: 'x' }, (w) => {
        w.noop('a');
        w.noop('a');
      }),
    ).toThrow('there is a task "a" already');
    expect(() => defineWorkflow({ name: 'x' }, (w) => void w.noop('a', { dependsOn: [{ key: 'b' }] }))).toThrow(
      'the task "b" is of another definition',
    );
  });

  it('always compiles, and is read from its YAML as it is', () => {
    fc.assert(
      fc.property(arbitraryDefinition, ({ options, steps, output }) => {
        const document = defineWorkflow(options, (w) => {
          const before: TaskRef[] = [];
          for (const [key, step] of steps) before.push(step(w, key, before));
          return { given: output, all: before.map((task) => task.output) };
        });
        expect(errorsOf(document)).toEqual([]);
        expect(read(toYaml(document))).toEqual(document);
        expect(reader.read(JSON.stringify(document), 'json').value).toEqual(document);
      }),
    );
  });
});
