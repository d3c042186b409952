// The works of the harness: definitions, what starts a run of them, and what a step answers.

export const WORKS = ['single', 'chain10', 'fan100', 'saga', 'idle5'];

const step = (k, extra = {}) => ({ type: 'step', input: { wf: '${ input.orderId }', k }, ...extra });
const undo = (k) => ({ compensate: { type: 'undo', input: { wf: '${ input.orderId }', k } } });

/** `length` steps, each after the one before it. */
function chain(length, extra = () => ({})) {
  const tasks = {};
  for (let k = 0; k < length; k++)
    tasks[`s${k}`] = step(k, { ...(k > 0 && { dependsOn: [`s${k - 1}`] }), ...extra(k) });
  return tasks;
}

function fan(width) {
  const tasks = { s0: step(0) };
  const middle = Array.from({ length: width }, (_, index) => index + 1);
  for (const k of middle) tasks[`s${k}`] = step(k, { dependsOn: ['s0'] });
  tasks[`s${width + 1}`] = step(width + 1, { dependsOn: middle.map((k) => `s${k}`) });
  return tasks;
}

const TASKS = {
  single: () => chain(1),
  chain10: () => chain(10),
  idle5: () => chain(5),
  fan100: () => fan(100),
  saga: () => chain(5, (k) => (k === 4 ? { retry: { maxAttempts: 1 } } : undo(k))),
};

export const definitionOf = (work) => ({ orrery: 'v1', name: work, tasks: TASKS[work]() });

/** The input of a run, as the harness has it: about 250 bytes. */
export const order = (wf) => ({
  orderId: wf,
  customer: 'c-4711',
  currency: 'EUR',
  lines: [
    { sku: 'ABC-123456', qty: 3, price: 1999 },
    { sku: 'DEF-654321', qty: 1, price: 4999 },
  ],
  note: 'leave at the door',
});

/** What a step returns, as the harness has it: about 60 bytes. */
export const result = (wf, k) => ({ ok: true, step: k, ref: wf });
