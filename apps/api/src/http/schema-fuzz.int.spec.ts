import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import addFormats from 'ajv-formats';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { openApi } from '../contract/openapi.js';
import { SINGLE } from '../testing/documents.js';
import { type Known, type Schema, arbitraryOf, mutated } from '../testing/schema-arbitrary.js';
import { type TestApi, openTestApi } from '../testing/test-api.js';

// The six checks of schemathesis, from the document alone: no 5xx, the status is documented, the content type is, the body
// matches, the headers are there, and what the schema does not let through is refused.

const VALID = 200;
const MUTATED = 300;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  /** Of a list: each of its texts is a parameter of its own. */
  readonly explode?: boolean;
  readonly schema: Schema;
}
interface Operation {
  readonly operationId: string;
  readonly parameters: readonly Parameter[];
  readonly requestBody?: {
    readonly required: boolean;
    readonly content: { readonly [type: string]: { schema: Schema } };
  };
  readonly responses: { readonly [status: string]: Response };
}
interface Response {
  readonly $ref?: string;
  readonly headers: { readonly [name: string]: unknown };
  readonly content: { readonly [type: string]: { readonly schema: Schema } };
}
interface Request {
  readonly values: { readonly [name: string]: unknown };
  readonly body: unknown;
}

const document = JSON.parse(JSON.stringify(openApi('0')));
/** What is answered has no field that is not documented, though clients must let new ones pass. */
const closed = JSON.parse(JSON.stringify(document), (_, each) =>
  each?.properties && each.additionalProperties === undefined ? { ...each, additionalProperties: false } : each,
);
const ajv = new Ajv2020({ strict: false });
addFormats.default(ajv);
ajv.addSchema({ ...closed, $id: 'https://orrery.test/openapi' });

let api: TestApi;
let known: Known = {};
beforeAll(async () => {
  api = await openTestApi();
  await api.post('/definitions', SINGLE);
  const tasks = await Promise.all(
    ['a', 'b', 'c', 'd'].map((type) => api.takeTask({ ...SINGLE, tasks: { only: { type } }, output: null }, type)),
  );
  const one = <T>(values: readonly T[]) => fc.constantFrom(...values);
  known = {
    waitMs: fc.integer({ min: 0, max: 2 }),
    workflowId: one(tasks.map(({ workflowId }) => workflowId)),
    taskId: one(tasks.map(({ id }) => id)),
    leaseToken: one([...tasks.map(({ leaseToken }) => leaseToken), '1.x', 'x']),
    definition: one<unknown>(['single', 'single@1', 'single@9', 'nobody', SINGLE, {}]),
    name: one(['single', 'nobody']),
    types: one([['a'], ['work', 'b']]),
  };
});
afterAll(() => api.close());

/** Real ids lead further than ids that nobody has. */
function knownFor(path: string): Known {
  const { workflowId, taskId, ...rest } = known;
  return { ...rest, id: (path.startsWith('/api/v1/tasks') ? taskId : workflowId)! };
}

function requestsOf(path: string, { parameters, requestBody }: Operation, isMutated: boolean): fc.Arbitrary<Request> {
  const own = knownFor(path);
  const leading = (name: string) => (['id', 'name', 'waitMs', 'type'].includes(name) ? own[name] : undefined);
  const of = ({ name, schema }: Parameter) =>
    name === 'waitMs' ? own[name]! : fc.oneof(leading(name) ?? arbitraryOf(schema), arbitraryOf(schema));
  const wrong = fc.constantFrom<unknown>('', '-1', '1e9', 'x y', '%00', 'null', 'true', '__proto__', 'x'.repeat(300));
  const model = Object.fromEntries(
    parameters.map((each) => [each.name, isMutated && each.in !== 'header' ? fc.oneof(of(each), wrong) : of(each)]),
  );
  const required = parameters.filter((each) => each.required).map(({ name }) => name);
  const schema = resolved(requestBody?.content['application/json']?.schema);
  // An id in a body is its own, where a path has one too.
  const body = schema
    ? arbitraryOf(
        schema,
        path === '/api/v1/workflows'
          ? { ...own, id: arbitraryOf({ type: 'string', format: 'uuid', pattern: UUID }) }
          : own,
      )
    : fc.constant(undefined);
  return fc.record({
    values: fc.record(model, { requiredKeys: required }),
    body: schema && isMutated ? fc.oneof(body, mutated(body)) : body,
  }) as fc.Arbitrary<Request>;
}
const UUID = '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$';

/** A value as it is sent: a list as one text, or as one each. */
function textsOf(value: unknown, explode = false): readonly string[] {
  if (!Array.isArray(value)) return [String(value)];
  return explode ? value.map(String) : [value.join(',')];
}

/** What was answered, as far as it is looked at here. */
type Answer = Pick<LightMyRequestResponse, 'statusCode' | 'headers' | 'body' | 'json'>;

async function send(method: string, path: string, operation: Operation, request: Request): Promise<Answer> {
  const asked = askedBy(method, path, operation, request);
  const success = operation.responses[200] as Response | undefined;
  if (!success?.content?.[EVENT_STREAM]) return api.ask(asked);
  return beginningOf(await api.ask({ ...asked, payloadAsStream: true }));
}

function askedBy(method: string, path: string, { parameters }: Operation, { values, body }: Request): InjectOptions {
  const query = new URLSearchParams();
  const headers: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' };
  let url = path;
  for (const { name, in: place, explode } of parameters) {
    if (!(name in values)) continue;
    const texts = textsOf(values[name], explode);
    const [text] = texts as [string];
    if (place === 'path') url = url.replace(`{${name}}`, encodeURIComponent(text) || '%20');
    else if (place === 'query') for (const each of texts) query.append(name, each);
    else headers[name] = text.replace(/[^\x21-\x7e]/g, '_');
  }
  const payload = body === undefined ? {} : { payload: JSON.stringify(body) };
  return { method: method.toUpperCase() as 'GET', url: `${url}?${query}`, headers, ...payload };
}

const EVENT_STREAM = 'text/event-stream';

/** A stream does not end by itself: that it begins is all there is to look at. */
async function beginningOf(answer: LightMyRequestResponse): Promise<Answer> {
  const { statusCode, headers } = answer;
  const stream = answer.stream();
  const chunks: Buffer[] = [];
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    if (statusCode === 200) break;
  }
  const body = Buffer.concat(chunks).toString();
  return { statusCode, headers, body, json: () => JSON.parse(body) };
}

function mustBeDocumented(operation: Operation, answer: Answer): void {
  const { statusCode, headers, body } = answer;
  const named = operation.responses[statusCode];
  if (!named) throw new Error(`${statusCode} is not documented: ${body}`);
  const response = (named.$ref ? at(named.$ref) : named) as Response;
  // A probe says by its status that requests should go elsewhere.
  if (statusCode >= 500 && !/ready|startup/.test(operation.operationId)) throw new Error(`${statusCode}: ${body}`);
  const type = String(headers['content-type']).split(';')[0]!;
  expect(Object.keys(response.content)).toContain(type);
  const validate = validatorOf(response.content[type]!.schema);
  if (type !== EVENT_STREAM && !validate(answer.json())) throw new Error(`${JSON.stringify(validate.errors)}: ${body}`);
  const always = Object.keys(response.headers).filter((name) => name !== 'ETag' && name !== 'Orrery-Position');
  for (const name of always) expect(headers).toHaveProperty(name.toLowerCase());
}

/** The schema with what it refers to in its place. */
function resolved(schema: Schema | undefined): Schema | undefined {
  return schema && JSON.parse(JSON.stringify(schema), (_, each) => (each?.$ref ? at(each.$ref) : each));
}

function at(reference: string): unknown {
  return reference
    .slice(2)
    .split('/')
    .reduce((place, key) => place[key], closed);
}

const validators = new Map<string, ReturnType<typeof ajv.compile>>();
function validatorOf(schema: Schema) {
  const text = JSON.stringify(schema).replaceAll('"#/', '"https://orrery.test/openapi#/');
  const found = validators.get(text) ?? ajv.compile(JSON.parse(text));
  validators.set(text, found);
  return found;
}

/** Whether the document lets a body through. */
function isLetThrough({ operationId, requestBody }: Operation, { body }: Request): boolean {
  // What is wrong with a definition, or with one of many starts, is what these answer.
  if (operationId === 'validateDefinition' || operationId === 'startWorkflows') return true;
  if (!requestBody || body === undefined) return !requestBody?.required;
  return validatorOf(requestBody.content['application/json']!.schema)(body) === true;
}

const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: operation.operationId, method, path, operation })),
);

describe.each(operations)('$name', ({ method, path, operation }) => {
  it('answers what is right as it is documented', async () => {
    await fc.assert(
      fc.asyncProperty(requestsOf(path, operation, false), async (request) => {
        const answer = await send(method, path, operation, request);
        mustBeDocumented(operation, answer);
        if (answer.statusCode === 400 && answer.json().code === 'request.invalid') throw new Error(answer.body);
      }),
      { numRuns: VALID },
    );
  }, 60_000);

  it('refuses what is wrong as it is documented', async () => {
    await fc.assert(
      fc.asyncProperty(requestsOf(path, operation, true), async (request) => {
        const answer = await send(method, path, operation, request);
        mustBeDocumented(operation, answer);
        if (!isLetThrough(operation, request)) expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      }),
      { numRuns: MUTATED },
    );
  }, 60_000);
});
