import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { type NodeType, globalId } from './global-ids.js';
import { askGraphql, codesOf } from './testing/ask-graphql.js';

const TWO = {
  orrery: 'v1',
  name: 'two',
  tasks: { first: { type: 'work' }, then: { type: 'work', dependsOn: ['first'], compensate: { type: 'unwork' } } },
};
const NOBODY = '5eed0000-0000-4000-8000-000000000000';

let api: TestApi;
let ask: ReturnType<typeof askGraphql>;
let id: string;
let position: string;
beforeAll(async () => {
  api = await openTestApi();
  ask = askGraphql(api);
  await api.post('/definitions', TWO);
  const body = { definition: 'two', input: { who: 'saturn' }, labels: { team: 'sky' }, priority: 3 };
  ({ id, position } = (await api.post('/workflows', body)).json());
});
afterAll(() => api.close());

const RUN = `
  id workflowId status version priority startedAt endedAt waitingFor input output error { code message }
  definition { name version hash } labels { name value } parent { workflowId } notUndone warning position
  progress { total ended }
  tasks(first: 10) { nodes { id taskId key type status attempt maxAttempts waitingFor dependsOn items { total } compensation { taskId type status } } }`;

describe('a run', () => {
  it('is told as REST tells it', async () => {
    const rest = (await api.get(`/workflows/${id}`)).json();
    const { status, data } = await ask(`query($id: ID!) { workflow(id: $id) { ${RUN} } }`, { id });
    expect(status).toBe(200);
    const { tasks, labels, progress, id: node, workflowId, ...run } = data.workflow;
    expect([node, workflowId]).toEqual([globalId('Workflow', id), id]);
    expect(rest).toMatchObject({ ...run, status: run.status.toLowerCase() });
    expect(labels).toEqual([{ name: 'team', value: 'sky' }]);
    expect(progress).toEqual({ total: 2, ended: 0 });
    expect(tasks.nodes.map((task: { taskId: string; status: string }) => [task.taskId, task.status])).toEqual([
      [`${id}~0`, 'QUEUED'],
      [`${id}~1`, 'PENDING'],
    ]);
    expect(tasks.nodes[1]).toMatchObject({ dependsOn: [`${id}~0`], compensation: { type: 'unwork' } });
  });

  it('has its tasks page by page', async () => {
    const page = `query($id: ID!, $after: String) {
      workflow(id: $id) { tasks(first: 1, after: $after) { edges { cursor node { key } } pageInfo { hasNextPage endCursor } } } }`;
    const first = (await ask(page, { id })).data.workflow.tasks;
    expect(first).toMatchObject({ edges: [{ node: { key: 'first' } }], pageInfo: { hasNextPage: true } });
    const second = (await ask(page, { id, after: first.pageInfo.endCursor })).data.workflow.tasks;
    expect(second).toMatchObject({ edges: [{ node: { key: 'then' } }], pageInfo: { hasNextPage: false } });
  });

  it('is told as it was', async () => {
    const asked = `query($id: ID!) { workflow(id: $id, atVersion: 1) { version progress { total } tasks { nodes { status } } } }`;
    const { data } = await ask(asked, { id });
    expect(data.workflow).toEqual({
      version: 1,
      progress: null,
      tasks: { nodes: [{ status: 'PENDING' }, { status: 'PENDING' }] },
    });
  });

  it('with a long history is told as far as it has come, in a list too', async () => {
    const long = (await api.post('/workflows', { definition: 'two', labels: { long: '' } })).json();
    for (let n = 0; n < 60; n++) {
      await api.post(`/workflows/${long.id}/pause`);
      ({ position: long.position } = (await api.post(`/workflows/${long.id}/resume`)).json());
    }
    const asked = `query($atLeast: Position) {
      workflows(first: 1, filter: { labels: [{ name: "long" }] }, atLeast: $atLeast) { nodes { version position tasks { nodes { key } } } } }`;
    const { nodes } = (await ask(asked, { atLeast: long.position })).data.workflows;
    expect(nodes).toEqual([
      { version: 122, position: long.position, tasks: { nodes: [{ key: 'first' }, { key: 'then' }] } },
    ]);
  });

  it('that is not there is null, with the code that REST has', async () => {
    const answer = await ask(`{ workflow(id: "${NOBODY}") { id } }`);
    expect(answer).toMatchObject({
      status: 200,
      data: { workflow: null },
      errors: [
        {
          path: ['workflow'],
          extensions: { code: 'workflow.not-found', status: 404, class: 'NOT_FOUND', name: 'WorkflowNotFoundError' },
        },
      ],
    });
    expect(answer.errors![0]!.extensions['requestId']).toEqual(expect.any(String));
  });

  it('has events', async () => {
    const asked = `query($id: ID!, $after: String) {
      events(workflow: $id, first: 1, after: $after) { nodes { version type at actor position data } pageInfo { hasNextPage endCursor } } }`;
    const { items } = (await api.get(`/workflows/${id}/events`)).json();
    const first = (await ask(asked, { id: globalId('Workflow', id) })).data.events;
    expect(items[0]).toMatchObject(first.nodes[0]);
    expect(first.pageInfo.hasNextPage).toBe(true);
    const second = (await ask(asked, { id, after: first.pageInfo.endCursor })).data.events;
    expect(items[1]).toMatchObject(second.nodes[0]);
  });
});

describe('lists', () => {
  it('of runs tell what rows hold and what only the runs know, with counts', async () => {
    const asked = `query($atLeast: Position) {
      workflows(first: 10, filter: { status: [RUNNING], labels: [{ name: "team" }], definition: "two" }, atLeast: $atLeast) {
        counts { status count } position edges { cursor node { ${RUN} } } pageInfo { hasNextPage startCursor endCursor } } }`;
    const { data, errors } = await ask(asked, { atLeast: position });
    expect(errors).toBeUndefined();
    const { edges, counts, pageInfo } = data.workflows;
    expect(edges).toMatchObject([{ node: { workflowId: id, input: { who: 'saturn' }, tasks: { nodes: [{}, {}] } } }]);
    expect(counts).toContainEqual({ status: 'RUNNING', count: 1 });
    expect(pageInfo).toEqual({ hasNextPage: false, startCursor: edges[0].cursor, endCursor: edges[0].cursor });
    const [{ node }] = edges;
    expect((await ask(`query($id: ID!) { workflow(id: $id) { ${RUN} } }`, { id })).data.workflow).toEqual(node);
  });

  it('go on after any cursor', async () => {
    const more = (await api.post('/workflows', { definition: 'two' })).json();
    const asked = `query($after: String, $atLeast: Position) {
      workflows(first: 1, after: $after, atLeast: $atLeast) { edges { cursor node { workflowId } } pageInfo { hasNextPage } } }`;
    const first = (await ask(asked, { atLeast: more.position })).data.workflows;
    expect(first).toMatchObject({ edges: [{ node: { workflowId: more.id } }], pageInfo: { hasNextPage: true } });
    const second = (await ask(asked, { after: first.edges[0].cursor })).data.workflows;
    expect(second.edges[0].node.workflowId).not.toBe(more.id);
    expect(second).toMatchObject({ edges: [{}], pageInfo: { hasNextPage: true } });
  });

  it('of tasks lead to their runs', async () => {
    const asked = `query($atLeast: Position) {
      tasks(filter: { status: [QUEUED], type: "work" }, atLeast: $atLeast) {
        position nodes { taskId workflowId status since workflow { workflowId tasks { nodes { key } } } } } }`;
    const { data } = await ask(asked, { atLeast: position });
    expect(data.tasks.nodes).toContainEqual({
      taskId: `${id}~0`,
      workflowId: id,
      status: 'QUEUED',
      since: expect.any(String),
      workflow: { workflowId: id, tasks: { nodes: [{ key: 'first' }, { key: 'then' }] } },
    });
  });

  it('of definitions name the newest, which can be read', async () => {
    const { data } = await ask(`{
      definitions { nodes { name version hash registeredAt } }
      definition(name: "two") { id name version latestVersion hash format source document } }`);
    expect(data.definitions.nodes).toMatchObject([{ name: 'two', version: 1, hash: data.definition.hash }]);
    expect(data.definition).toMatchObject({ latestVersion: 1, format: 'JSON', document: TWO });
  });

  it('refuse what REST refuses', async () => {
    const asked = (list: string) => ask(`{ ${list} { position } }`);
    expect(codesOf(await asked('workflows(after: "x")'))).toEqual(['cursor.invalid']);
    expect(codesOf(await asked('workflows(atLeast: "x")'))).toEqual(['position.invalid']);
    expect(codesOf(await asked('workflows(filter: { q: "" })'))).toEqual(['request.invalid']);
    expect(codesOf(await asked('tasks(filter: { type: "a b" })'))).toEqual(['request.invalid']);
    expect(codesOf(await asked('workflows(first: 0)'))).toEqual(['request.invalid']);
  });
});

describe('a global id', () => {
  it('leads to its object', async () => {
    const asked = `query($id: ID!) { node(id: $id) { id __typename ... on Workflow { status } ... on Task { key } ... on Definition { name } } }`;
    const of = async (type: NodeType, key: string) => {
      const node = globalId(type, key);
      const { data } = await ask(asked, { id: node });
      expect(data.node.id).toBe(node);
      return data.node;
    };
    expect(await of('Workflow', id)).toMatchObject({ __typename: 'Workflow', status: 'RUNNING' });
    expect(await of('Task', `${id}~1`)).toMatchObject({ __typename: 'Task', key: 'then' });
    expect(await of('Definition', 'two@1')).toMatchObject({ __typename: 'Definition', name: 'two' });
  });

  it('of nothing is told as that', async () => {
    expect(codesOf(await ask('{ node(id: "x") { id } }'))).toEqual(['node.not-found']);
    expect(codesOf(await ask(`{ node(id: "${globalId('Definition', 'two')}") { id } }`))).toEqual(['node.not-found']);
    expect(codesOf(await ask(`{ node(id: "${globalId('Workflow', NOBODY)}") { id } }`))).toEqual([
      'workflow.not-found',
    ]);
    expect(codesOf(await ask(`{ task(id: "${id}~9") { id } }`))).toEqual(['task.not-found']);
    expect(codesOf(await ask(`{ workflow(id: "${globalId('Task', `${id}~1`)}") { id } }`))).toEqual([
      'request.invalid',
    ]);
  });
});
