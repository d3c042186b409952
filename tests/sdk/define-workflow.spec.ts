import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type Json, compileDefinition } from '@orrery/domain';
import { TextDocumentReader } from '@orrery/infrastructure';
import { type TaskRef, cel, defineWorkflow, literal, toYaml } from '@orrery/sdk';
import fc from 'fast-check';
import { arbitraryDefinition } from './support/arbitrary-definitions.js';

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
    const input = {
      type: 'object',
      required: ['items', 'express'],
      properties: {
        items: { type: 'array', items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
        express: { type: 'boolean' },
      },
    } as const;
    const document = defineWorkflow(
      {
        name: 'all-of-it',
        description: 'Everything that can be said.',
        input,
        defaults: { retry: { maxAttempts: 3, nonRetryable: ['card.declined'] }, timeouts: { heartbeat: '10s' } },
        timeout: '1h',
        onFailure: { action: 'compensate', running: 'cancel' },
        strict: true,
      },
      (w) => {
        const begin = w.noop('begin', { input: { started: w.startedAt, note: literal('a ${price}') } });
        const rest = w.sleep(
          'rest',
          { duration: '5s' },
          { dependsOn: [begin], when: cel`${w.input.express} == false` },
        );
        const ship = w.forEach('ship', w.input.items, (item, index) => ({
          type: 'shipping.book',
          dependsOn: [rest],
          concurrency: 10,
          input: { sku: item.sku, number: cel`${index} + 1`, label: `${w.id} of ${item.sku}` },
          compensate: (output) => ({ type: 'shipping.cancel', input: { booking: output } }),
        }));
        const approved = w.wait(
          'approved.by',
          { signal: 'approved', timeout: '1d', schema: { type: 'object', properties: { by: { type: 'string' } } } },
          { dependsOn: [ship], optional: true },
        );
        const child = w.workflow(
          'insure',
          { definition: 'insure@2', input: approved.output.by, labels: { run: w.id } },
          {
            dependsOn: [approved],
            retry: { maxAttempts: 2 },
            compensate: (output) => ({ type: 'insurance.cancel', input: output['policy'] }),
          },
        );
        const bill = w.http(
          'bill',
          { method: 'POST', url: `https://bank.example/${w.id}`, body: { total: cel`size(${ship.output})` } },
          { dependsOn: [child], compensate: { none: 'the bank reverses it' }, priority: 7 },
        );
        return { paid: bill.output.body, first: ship.output[0], status: bill.output.status };
      },
    );
    expect(document).toEqual({
      orrery: 'v1',
      name: 'all-of-it',
      description: 'Everything that can be said.',
      input,
      defaults: { retry: { maxAttempts: 3, nonRetryable: ['card.declined'] }, timeouts: { heartbeat: '10s' } },
      timeout: '1h',
      onFailure: { action: 'compensate', running: 'cancel' },
      strict: true,
      tasks: {
        begin: { type: 'noop', input: { started: '${ workflow.startedAt }', note: 'a $${price}' } },
        rest: { type: 'sleep', dependsOn: ['begin'], when: '${ input.express == false }', input: { duration: '5s' } },
        ship: {
          type: 'shipping.book',
          dependsOn: ['rest'],
          forEach: '${ input.items }',
          concurrency: 10,
          input: { sku: '${ item.sku }', number: '${ index + 1 }', label: '${ workflow.id } of ${ item.sku }' },
          compensate: { type: 'shipping.cancel', input: { booking: '${ tasks.ship.output }' } },
        },
        'approved.by': {
          type: 'wait',
          dependsOn: ['ship'],
          optional: true,
          input: {
            signal: 'approved',
            timeout: '1d',
            schema: { type: 'object', properties: { by: { type: 'string' } } },
          },
        },
        insure: {
          type: 'workflow',
          dependsOn: ['approved.by'],
          input: {
            definition: 'insure@2',
            input: '${ tasks["approved.by"].output.by }',
            labels: { run: '${ workflow.id }' },
          },
          retry: { maxAttempts: 2 },
          compensate: { type: 'insurance.cancel', input: '${ tasks.insure.output.policy }' },
        },
        bill: {
          type: 'http',
          dependsOn: ['insure'],
          input: {
            method: 'POST',
            url: 'https://bank.example/${ workflow.id }',
            body: { total: '${ size(tasks.ship.output) }' },
          },
          compensate: { none: 'the bank reverses it' },
          priority: 7,
        },
      },
      output: {
        paid: '${ tasks.bill.output.body }',
        first: '${ tasks.ship.output[0] }',
        status: '${ tasks.bill.output.status }',
      },
    });
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
