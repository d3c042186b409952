import { type Reference, type WorkflowBuilder, cel, defineWorkflow, literal } from '@orrery/sdk';

const ORDER = {
  type: 'object',
  required: ['items', 'express'],
  properties: {
    items: { type: 'array', items: { type: 'object', required: ['sku'], properties: { sku: { type: 'string' } } } },
    express: { type: 'boolean' },
  },
} as const;
const APPROVAL = { type: 'object', properties: { by: { type: 'string' } } } as const;

interface Order {
  readonly items: readonly { readonly sku: string }[];
  readonly express: boolean;
}

/** Everything that a definition can say: whole-language.yaml is the same. */
export const wholeLanguage = () =>
  defineWorkflow(
    {
      name: 'whole-language',
      description: 'Everything that can be said.',
      input: ORDER,
      defaults: { retry: { maxAttempts: 3, nonRetryable: ['card.declined'] }, timeouts: { heartbeat: '10s' } },
      timeout: '1h',
      onFailure: { action: 'compensate', running: 'cancel' },
      strict: true,
    },
    (w) => {
      const shipped = ship(w);
      const approved = w.wait(
        'approved.by',
        { signal: 'approved', timeout: '1d', schema: APPROVAL },
        { dependsOn: [shipped], optional: true },
      );
      const insured = w.workflow(
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
        { method: 'POST', url: `https://bank.example/${w.id}`, body: { total: cel`size(${shipped.output})` } },
        { dependsOn: [insured], compensate: { none: 'the bank reverses it' }, priority: 7 },
      );
      return { paid: bill.output.body, first: shipped.output[0] as Reference, status: bill.output.status };
    },
  );

function ship(w: WorkflowBuilder<Order>) {
  const begin = w.noop('begin', { input: { started: w.startedAt, note: literal('a ${price}') } });
  const rest = w.sleep('rest', { duration: '5s' }, { dependsOn: [begin], when: cel`${w.input.express} == false` });
  return w.forEach('ship', w.input.items, (item, index) => ({
    type: 'shipping.book',
    dependsOn: [rest],
    concurrency: 10,
    input: { sku: item.sku, number: cel`${index} + 1`, label: `${w.id} of ${item.sku}` },
    compensate: (output) => ({ type: 'shipping.cancel', input: { booking: output } }),
  }));
}
