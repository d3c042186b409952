import {
  ALWAYS,
  AT_LEAST,
  KINDS,
  PROBLEM_CODES,
  type ProblemCode,
  type Schema,
  SchemaComponents,
  WITH_BODY,
  refTo,
} from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { z } from 'zod';
import { BASE_PATH, type RouteSpec } from './route.js';
import { ROUTES } from './routes.js';

type Parameter = Schema;

class OpenApiComponents extends SchemaComponents {
  readonly responses: { [name: string]: Schema } = {};
}

const TAGS: { readonly [tag in RouteSpec['tag']]: string } = {
  definitions: 'What workflows do: registered, versioned, checked.',
  workflows: 'Runs: started, looked at, and told what to do.',
  tasks: 'What workers do. A worker with much to do connects to the WebSocket `/tasks/stream` instead.',
  'dead letters': 'Messages of RabbitMQ that were set aside: looked at, sent again, or given up.',
  live: 'Every event as it happens. The WebSocket `/ws` tells the same.',
  operations: 'How the system is, and what it allows.',
};

const HEADERS = {
  'Orrery-Position': { description: 'Where the write stands, opaque.', schema: { type: 'string' } },
  ETag: { description: 'The version of the subject, in quotes.', schema: { type: 'string' } },
  'X-Request-Id': { description: 'Names the request in the log.', schema: { type: 'string' } },
  'Retry-After': { description: 'Seconds to wait.', schema: { type: 'string' } },
};
type HeaderName = keyof typeof HEADERS;

/** The whole document, from the table of routes alone. */
export function openApi(version: string): Schema {
  const components = new OpenApiComponents();
  components.schemaOf(the.problem);
  const paths: { [path: string]: { [method: string]: Schema } } = {};
  for (const route of ROUTES) {
    const path = `${BASE_PATH}${route.path}`;
    paths[path] = { ...paths[path], [route.method.toLowerCase()]: operation(route, components) };
  }
  return {
    openapi: '3.1.0',
    jsonSchemaDialect: 'https://json-schema.org/draft/2020-12/schema',
    info: {
      title: 'Orrery',
      version,
      description: 'Workflows that survive crashes, retry, time out and undo themselves.',
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: components.schemas, responses: components.responses, headers: HEADERS },
  };
}

function operation(route: RouteSpec, components: OpenApiComponents): Schema {
  return {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    parameters: parametersOf(route, components),
    ...bodyOf(route, components),
    responses: { ...answersOf(route, components), ...problemsOf(route, components) },
  };
}

function parametersOf(route: RouteSpec, components: OpenApiComponents): readonly Parameter[] {
  const header = (name: string, description: string, schema: Schema = { type: 'string' }) => ({
    name,
    in: 'header',
    description,
    schema,
  });
  return [
    ...fieldsOf(route.params, components).map((field) => ({ ...field, in: 'path', required: true })),
    ...fieldsOf(route.query, components).map((field) => queryParameter(field)),
    ...(route.writes
      ? [
          header('Idempotency-Key', 'Makes the request repeatable.', {
            type: 'string',
            pattern: '^[\\x21-\\x7e]{1,255}$',
          }),
        ]
      : []),
    ...(route.guarded
      ? [
          header('If-Match', 'The version that the subject must be at: `"7"`.', {
            type: 'string',
            pattern: '^("[0-9]{1,15}"|[*])$',
          }),
        ]
      : []),
    ...(route.atLeast ? [header('Orrery-Position', 'The answer is never older than this.')] : []),
    ...(route.streams ? [header('Last-Event-ID', 'The cursor to go on from; it goes before `after`.')] : []),
  ];
}

function queryParameter({ schema, ...field }: { readonly schema: Schema }): Parameter {
  const { repeated: _, ...shown } = schema;
  return { ...field, schema: shown, in: 'query', ...styleOf(schema) };
}

/** Several words stand in one parameter, with commas between; what may hold a comma is given again instead. */
function styleOf({ type, repeated }: Schema): Schema {
  return type === 'array' ? { style: 'form', explode: repeated === true } : {};
}

function fieldsOf(
  schema: z.ZodObject | undefined,
  components: OpenApiComponents,
): readonly { name: string; required: boolean; schema: Schema }[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = components.schemaOf(schema) as {
    properties?: { [name: string]: Schema };
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...each }]) => ({
    name,
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: each,
  }));
}

function bodyOf({ body, document }: RouteSpec, components: OpenApiComponents): Schema {
  if (document) {
    const definition = { type: 'object', description: 'A workflow definition.' };
    const content = { 'application/json': { schema: definition }, 'application/yaml': { schema: { type: 'string' } } };
    return { requestBody: { required: true, content } };
  }
  if (!body) return {};
  const content = { 'application/json': { schema: components.schemaOf(body) } };
  return { requestBody: { required: !body.safeParse(undefined).success, content } };
}

function answersOf({ answers, writes, guarded, streams }: RouteSpec, components: OpenApiComponents): Schema {
  const names: HeaderName[] = [
    'X-Request-Id',
    ...(writes ? (['Orrery-Position'] as const) : []),
    ...(guarded ? (['ETag'] as const) : []),
  ];
  return Object.fromEntries(
    Object.entries(answers).map(([status, { description, body }]) => [
      status,
      {
        description,
        headers: headersOf(names),
        content: { [streams ? 'text/event-stream' : 'application/json']: { schema: components.schemaOf(body) } },
      },
    ]),
  );
}

/** The refusals by status, each with its codes; those that many operations have alike stand once in the document. */
function problemsOf(route: RouteSpec, components: OpenApiComponents): Schema {
  const common = byStatus([...ALWAYS, ...(takesBody(route) ? WITH_BODY : []), ...(route.atLeast ? AT_LEAST : [])]);
  const all = byStatus([...common.values()].flat().concat(route.refuses));
  // What an operation answers with a status itself is not a refusal.
  const refused = [...all].filter(([status]) => !(status in route.answers));
  return Object.fromEntries(
    refused.map(([status, codes]) => {
      const response = problemResponse(status, codes);
      const kind = KINDS[PROBLEM_CODES[codes[0]!].kind].name.replace(/Error$/, '');
      const name = status === 400 && takesBody(route) ? `${kind}OfBody` : kind;
      const isCommon = common.get(status)?.length === codes.length && !route.atLeast;
      if (isCommon) components.responses[name] = response;
      return [String(status), isCommon ? refTo('responses', name) : response];
    }),
  );
}

function takesBody({ body, document }: RouteSpec): boolean {
  return body !== undefined || document === true;
}

function byStatus(codes: readonly ProblemCode[]): Map<number, ProblemCode[]> {
  const found = new Map<number, ProblemCode[]>();
  for (const code of new Set(codes)) {
    const { status } = KINDS[PROBLEM_CODES[code].kind];
    found.set(status, [...(found.get(status) ?? []), code]);
  }
  return found;
}

function problemResponse(status: number, codes: readonly ProblemCode[]): Schema {
  const headers = headersOf(['X-Request-Id', ...(status === 503 ? (['Retry-After'] as const) : [])]);
  const content = { 'application/problem+json': { schema: refTo('schemas', 'Problem') } };
  return { description: codes.map((code) => `\`${code}\``).join(', '), headers, content };
}

function headersOf(names: readonly HeaderName[]): Schema {
  return Object.fromEntries(names.map((name) => [name, refTo('headers', name)]));
}
