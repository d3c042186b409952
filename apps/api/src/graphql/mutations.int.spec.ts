import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { askGraphql, codesOf } from './testing/ask-graphql.js';

const WAITING = {
  orrery: 'v1',
  name: 'waiting',
  tasks: { wait: { type: 'wait', input: { signal: 'go' } } },
  output: '${ tasks.wait.output }',
};
const NOTHING = { orrery: 'v1', name: 'nothing', tasks: { none: { type: 'work', when: '${ false }' } } };

let api: TestApi;
let ask: ReturnType<typeof askGraphql>;
beforeAll(async () => {
  api = await openTestApi();
  ask = askGraphql(api);
});
afterAll(() => api.close());

const START = `mutation($input: StartWorkflowInput!, $key: String, $dryRun: Boolean) {
  startWorkflow(input: $input, idempotencyKey: $key, dryRun: $dryRun) {
    changed position workflow { workflowId status version tasks { nodes { key } } } events { type data } } }`;
const started = async (definition: object) =>
  (await ask(START, { input: { definition } })).data.startWorkflow.workflow.workflowId as string;
const TYPES = { id: 'ID!', key: 'String', version: 'Int' };
const send = (command: string, variables: { id: string; key?: string; version?: number }) => {
  const declared = Object.keys(variables).map((name) => `$${name}: ${TYPES[name as keyof typeof TYPES]}`);
  return ask(`mutation(${declared.join()}) { ${command} }`, variables);
};
const ANSWER = '{ changed position workflow { status version output } events { type } }';

describe('a start', () => {
  it('answers with its run and where it stands, which a read may be shown', async () => {
    const input = { definition: WAITING, labels: [{ name: 'team', value: 'sky' }], priority: 2 };
    const { startWorkflow } = (await ask(START, { input })).data;
    expect(startWorkflow).toMatchObject({
      changed: true,
      workflow: { status: 'RUNNING', tasks: { nodes: [{ key: 'wait' }] } },
      events: null,
    });
    const list = `query($atLeast: Position) { workflows(atLeast: $atLeast, first: 1) { nodes { workflowId } } }`;
    const { workflows } = (await ask(list, { atLeast: startWorkflow.position })).data;
    expect(workflows.nodes).toEqual([{ workflowId: startWorkflow.workflow.workflowId }]);
  });

  it('starts once with a key, over REST too', async () => {
    const asked = { input: { definition: NOTHING, input: { a: 1 } }, key: 'same' };
    const first = (await ask(START, asked)).data.startWorkflow;
    const again = (await ask(START, asked)).data.startWorkflow;
    expect([again.changed, again.workflow.workflowId]).toEqual([false, first.workflow.workflowId]);
    const rest = await api.post('/workflows', asked.input, { 'idempotency-key': 'same' });
    expect([rest.statusCode, rest.json().id]).toEqual([200, first.workflow.workflowId]);
    expect(codesOf(await ask(START, { ...asked, input: { definition: NOTHING } }))).toEqual(['key.reused']);
  });

  it('is only tried with dryRun', async () => {
    const { startWorkflow } = (await ask(START, { input: { definition: WAITING }, dryRun: true })).data;
    expect(startWorkflow).toMatchObject({ changed: false, position: null, workflow: null });
    expect(startWorkflow.events.map(({ type }: { type: string }) => type)).toContain('WorkflowStarted');
  });

  it('is refused with the faults of what was sent', async () => {
    const { errors } = await ask(START, { input: { definition: 'nobody' } });
    expect(errors![0]!.extensions).toMatchObject({ code: 'definition.not-found', status: 404 });
    const wrong = await ask(START, { input: { definition: WAITING, priority: 17 } });
    expect(wrong.errors![0]!.extensions).toMatchObject({
      code: 'request.invalid',
      errors: [{ pointer: '/priority', code: 'request.bad-value' }],
    });
  });
});

describe('many starts', () => {
  it('have an answer each, and one position', async () => {
    const asked = `mutation($items: [StartWorkflowInput!]!) {
      startWorkflows(items: $items) { position items { created workflow { status } problem { code } } } }`;
    const items = [{ definition: WAITING }, { definition: 'nobody' }, { definition: WAITING, priority: -1 }];
    const { startWorkflows } = (await ask(asked, { items })).data;
    expect(startWorkflows).toEqual({
      position: expect.any(String),
      items: [
        { created: true, workflow: { status: 'RUNNING' }, problem: null },
        { created: false, workflow: null, problem: { code: 'definition.not-found' } },
        { created: false, workflow: null, problem: { code: 'request.invalid' } },
      ],
    });
  });

  it('may only be tried', async () => {
    const asked = `mutation($items: [StartWorkflowInput!]!) {
      startWorkflows(items: $items, dryRun: true) { position items { created events { type } } } }`;
    const { startWorkflows } = (await ask(asked, { items: [{ definition: WAITING }] })).data;
    expect(startWorkflows).toMatchObject({ position: null, items: [{ created: false, events: [{}, {}] }] });
  });
});

describe('a command', () => {
  it('is one field, and each in a request sees what the one before did', async () => {
    const id = await started(WAITING);
    const { data } = await send(
      `paused: pauseWorkflow(id: $id) ${ANSWER} again: pauseWorkflow(id: $id) ${ANSWER} resumed: resumeWorkflow(id: $id) ${ANSWER}`,
      { id },
    );
    expect(data).toMatchObject({
      paused: { changed: true, workflow: { status: 'PAUSED' } },
      again: { changed: false, workflow: { status: 'PAUSED' } },
      resumed: { changed: true, workflow: { status: 'RUNNING' } },
    });
  });

  it('is guarded by a version', async () => {
    const id = await started(WAITING);
    const refused = await send(`pauseWorkflow(id: $id, ifVersion: 99) ${ANSWER}`, { id });
    expect(refused).toMatchObject({ data: { pauseWorkflow: null }, errors: [{ extensions: { status: 412 } }] });
    const { version } = (await api.get(`/workflows/${id}`)).json();
    expect(codesOf(await send(`pauseWorkflow(id: $id, ifVersion: $version) ${ANSWER}`, { id, version }))).toEqual([]);
  });

  it('sends a signal, with a payload of any JSON', async () => {
    const id = await started(WAITING);
    const signal = `signalWorkflow(id: $id, name: "go", payload: { deep: [1, { two: "x" }] }, idempotencyKey: $key) ${ANSWER}`;
    const { data } = await send(signal, { id, key: 'k' });
    expect(data.signalWorkflow).toMatchObject({ changed: true });
    const { output } = (await api.get(`/workflows/${id}/result?waitMs=5000`)).json();
    expect(output).toEqual({ deep: [1, { two: 'x' }] });
    expect((await send(signal, { id, key: 'k' })).data.signalWorkflow.changed).toBe(false);
  });

  it('cancels, deletes, and is told why it cannot retry', async () => {
    const id = await started(WAITING);
    expect(codesOf(await send(`retryWorkflow(id: $id) ${ANSWER}`, { id }))).toEqual(['workflow.not-failed']);
    const gone = 'deleteWorkflow(id: $id) { workflowId changed position events { type } }';
    expect(codesOf(await send(gone, { id }))).toEqual(['workflow.not-ended']);
    const cancelled = await send(`cancelWorkflow(id: $id, reason: "enough", compensate: false) ${ANSWER}`, { id });
    expect(cancelled.data.cancelWorkflow).toMatchObject({ changed: true, workflow: { status: 'CANCELLED' } });
    const tried = await send('deleteWorkflow(id: $id, dryRun: true) { changed events { type } }', { id });
    expect(tried.data.deleteWorkflow).toEqual({ changed: false, events: [{ type: 'WorkflowDeleted' }] });
    expect((await send(gone, { id })).data.deleteWorkflow).toMatchObject({ workflowId: id, changed: true });
    expect(codesOf(await ask(`{ workflow(id: "${id}") { id } }`))).toEqual(['workflow.deleted']);
  });
});

describe('a definition', () => {
  const REGISTER = `mutation($source: String!, $dryRun: Boolean) {
    registerDefinition(source: $source, dryRun: $dryRun) {
      changed position definition { name version source format } warnings { code } events { type } } }`;
  const source = 'orrery: v1\nname: nap\ntasks: { nap: { type: sleep, input: { duration: 2s } } }\n';

  it('is registered as it was written', async () => {
    const tried = (await ask(REGISTER, { source, dryRun: true })).data.registerDefinition;
    expect(tried).toMatchObject({ changed: false, definition: null, events: [{ type: 'DefinitionRegistered' }] });
    const { registerDefinition } = (await ask(REGISTER, { source })).data;
    expect(registerDefinition).toMatchObject({
      changed: true,
      position: expect.any(String),
      definition: { name: 'nap', version: 1, source, format: 'YAML' },
    });
    expect((await ask(REGISTER, { source })).data.registerDefinition.changed).toBe(false);
  });

  it('is checked, with every fault and its place', async () => {
    const asked = `query($source: String!) { validateDefinition(source: $source) { valid errors { code line severity } warnings { code } } }`;
    const { data } = await ask(asked, { source: 'orrery: v1\nname: x\ntasks: {}\n' });
    expect(data.validateDefinition).toMatchObject({ valid: false, errors: [{ line: 3, severity: 'ERROR' }] });
    const refused = await ask(REGISTER, { source: 'a: [' });
    expect(codesOf(refused)).toEqual(['document.unreadable']);
  });
});
