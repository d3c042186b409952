import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ANONYMOUS, SubmitDeadLetter } from '@orrery/application';
import { NOTHING } from '../testing/documents.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';
import { globalId } from './global-ids.js';
import { askGraphql, codesOf } from './testing/ask-graphql.js';

let api: TestApi;
let ask: ReturnType<typeof askGraphql>;
beforeAll(async () => {
  api = await openTestApi();
  ask = askGraphql(api);
});
afterAll(() => api.close());

const MESSAGE = { body: '{', encoding: 'text', type: 'a.b', headers: { 'x-mine': 7 } } as const;
let asides = 0;

async function setAside(more: { readonly truncated?: true } = {}): Promise<string> {
  const letter = {
    queue: 'commands' as const,
    ...{ reason: 'request.unreadable', detail: 'it ends too early', message: MESSAGE, bytes: 1 },
    aside: `aside ${++asides}`,
    ...more,
  };
  const submit = new SubmitDeadLetter(ANONYMOUS, letter);
  return (await api.orchestration.commandHandlers.submitDeadLetter.execute(submit)).position.stream;
}

const LETTER = `id deadLetterId status queue reason detail bytes version recordedAt changedAt truncated redrives position
  message { body encoding type messageId headers }`;
const send = async (command: 'redrive' | 'drop', id: string, more = '') =>
  ask(
    `mutation { ${command}DeadLetter(id: "${id}"${more}) { changed position events { type } deadLetter { ${LETTER} } } }`,
  );

describe('Dead letters', () => {
  it('are told as REST tells them, by either id', async () => {
    const id = await setAside();
    const rest = (await api.get(`/dead-letters/${id}`)).json();
    const node = globalId('DeadLetter', id);
    const { data } = await ask(`{
      byUuid: deadLetter(id: "${id}") { ${LETTER} }
      byId: deadLetter(id: "${node}") { ${LETTER} }
      node(id: "${node}") { ... on DeadLetter { ${LETTER} } } }`);
    const shown = {
      ...{ ...rest, id: node, deadLetterId: id, status: 'WAITING', queue: 'COMMANDS' },
      message: { ...MESSAGE, encoding: 'TEXT', messageId: null },
    };
    expect(data).toEqual({ byUuid: shown, byId: shown, node: shown });
  });

  it('are listed page by page, as new as is wanted: those that wait, or others', async () => {
    const older = await setAside();
    const newer = await setAside();
    const { position } = (await send('drop', newer)).data.dropDeadLetter;
    const last = await setAside();
    const { position: atLeast } = (await api.get(`/dead-letters/${last}`)).json();
    const list = `query($status: [DeadLetterStatus!], $first: Int, $after: String, $atLeast: Position) {
      deadLetters(filter: { status: $status }, first: $first, after: $after, atLeast: $atLeast) {
        nodes { deadLetterId type messageId reason } pageInfo { hasNextPage endCursor } position } }`;
    const first = (await ask(list, { first: 1, atLeast })).data.deadLetters;
    expect(first.nodes).toEqual([{ deadLetterId: last, type: 'a.b', messageId: null, reason: 'request.unreadable' }]);
    const { nodes } = (await ask(list, { first: 1, after: first.pageInfo.endCursor, atLeast })).data.deadLetters;
    expect(nodes).toMatchObject([{ deadLetterId: older }]);
    const dropped = (await ask(list, { status: ['DROPPED'], atLeast: position })).data.deadLetters;
    expect(dropped.nodes).toMatchObject([{ deadLetterId: newer }]);
  });

  it('are sent again and given up, once', async () => {
    const id = await setAside();
    const first = (await send('redrive', id)).data.redriveDeadLetter;
    expect(first).toMatchObject({ changed: true, events: null, deadLetter: { status: 'REDRIVEN', redrives: 1 } });
    expect(first.position).toBe(first.deadLetter.position);
    expect((await send('redrive', id)).data.redriveDeadLetter.changed).toBe(false);
    const { dropDeadLetter } = (await send('drop', globalId('DeadLetter', id))).data;
    expect(dropDeadLetter).toMatchObject({ changed: true, deadLetter: { status: 'DROPPED', version: 3 } });
    expect(codesOf(await send('redrive', id))).toEqual(['dead-letter.dropped']);
  });

  it('may be tried, guarded, and told once by a key that means the same in REST', async () => {
    const id = await setAside();
    const tried = (await send('redrive', id, ', dryRun: true')).data.redriveDeadLetter;
    expect(tried).toEqual({
      ...{ changed: false, position: null, deadLetter: null },
      events: [{ type: 'DeadLetterRedriven' }],
    });
    expect(codesOf(await send('drop', id, ', ifVersion: 7'))).toEqual(['version.mismatch']);
    expect((await send('redrive', id, ', idempotencyKey: "k"')).data.redriveDeadLetter.changed).toBe(true);
    const again = await api.post(`/dead-letters/${id}/redrive`, undefined, { 'idempotency-key': 'k' });
    expect([again.statusCode, again.json().changed]).toEqual([200, false]);
    expect(codesOf(await send('drop', id, ', idempotencyKey: "k"'))).toEqual(['key.reused']);
  });

  it('are refused as REST refuses them', async () => {
    const run = (await api.post('/workflows', { definition: NOTHING })).json().id as string;
    expect(codesOf(await ask(`{ deadLetter(id: "${run}") { id } }`))).toEqual(['dead-letter.not-found']);
    expect(codesOf(await ask(`{ deadLetter(id: "${globalId('Workflow', run)}") { id } }`))).toEqual([
      'request.invalid',
    ]);
    expect(codesOf(await ask(`{ node(id: "${globalId('DeadLetter', run)}") { id } }`))).toEqual([
      'dead-letter.not-found',
    ]);
    expect(codesOf(await send('redrive', await setAside({ truncated: true })))).toEqual(['dead-letter.truncated']);
  });
});
