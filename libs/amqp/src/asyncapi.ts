import { type Schema, SchemaComponents, leased, refTo } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import { UPCASTERS } from '@orrery/domain';
import { z } from 'zod';
import { attributes } from './cloud-event.js';
import type { AnswerName } from './commands.js';
import { COMMANDS } from './all-commands.js';

const COMMAND_QUEUE = 'orrery.commands';
const EVENT_EXCHANGE = 'orrery.events';
const BINDING = { bindingVersion: '0.3.0' };
const EVENT_MODES = 'Structured mode as here; or binary mode, with the attributes as headers `cloudEvents:<name>`.';
const MEDIA = 'JSON, or MessagePack by its content type; binary mode as here, or structured mode.';

const started = z.object({
  id: z.string(),
  status: the.workflowStatus,
  definition: z.object({ name: z.string(), version: z.int().nullable(), hash: z.string() }),
  position: the.position,
});
const sent = z.object({ id: z.string(), changed: z.boolean(), position: the.position });

const ANSWERS = ['Started', 'Sent', 'Recorded', 'Reported', 'Alive', 'Beaten'] as const satisfies readonly AnswerName[];
const recorded = z.object({ id: z.string(), position: the.position });
const reported = z.object({
  results: z.array(z.object({ id: z.string(), recorded: z.boolean(), problem: z.object({}).loose().optional() })),
});
const alive = z.object({ id: z.string(), leaseMs: z.int(), cancelled: z.boolean() });
const cancelled = z
  .array(z.object({ id: z.string(), attempt: z.int() }))
  .describe('These may end now: they no longer count, or their run was stopped.');
const beaten = z.object({
  lost: z.array(z.object({ id: z.string(), leaseToken: z.string() })).describe('The worker no longer holds these.'),
  cancelled,
  kept: z.array(z.string()).describe('What is said of these from now on is for the sender: `reply-to`.'),
});
const posted = leased.extend({
  deadline: the.time.nullable().describe('As if it had begun when it was posted: `runMs` is from its beginning.'),
  runMs: z.int().nullable().describe('How long the attempt may take.'),
  startsAtOnce: z.boolean().describe('Whether a beat is wanted as soon as it begins: its time is measured from there.'),
});

/** What is sent without being asked for. */
const OURS = {
  publishEvents: {
    action: 'send',
    channel: { $ref: '#/channels/events' },
    summary: 'Every event that was committed, persistent, each at least once: drop by id what came before.',
  },
  postTasks: {
    action: 'send',
    channel: { $ref: '#/channels/tasks' },
    summary: 'Work for whichever worker reads it first; `reply-to` is the queue of the engine that owns the runs.',
  },
  cancelAttempts: {
    action: 'send',
    channel: { $ref: '#/channels/worker' },
    summary: 'To the queue that a worker named by `reply-to` in its last beat.',
  },
};

/** An event as a CloudEvent in structured mode. */
const event = z.object({
  specversion: z.literal('1.0'),
  id: z.string().describe('`<stream>:<version>`: the same event always has the same.'),
  source: z.string().describe('`/namespaces/<namespace>`'),
  type: z.string(),
  subject: z.string().describe('The id of the run or of the dead letter, or the name of the definition.'),
  time: the.time,
  partition: z.int(),
  version: z.int().describe('Which event of its stream it is, counted from 1.'),
  position: the.position,
  actor: z.string(),
  correlationid: z.string(),
  causationid: z.string().optional(),
  traceparent: z.string().optional(),
  datacontenttype: z.literal('application/json'),
  data: z.record(z.string(), z.unknown()),
});

/** The document of everything that is said over RabbitMQ, from the tables that it is served by. */
export function asyncApi(version: string): Schema {
  const components = new SchemaComponents();
  components.schemaOf(the.problem);
  const events = Object.keys(UPCASTERS).map((name) => [name, eventMessage(name)] as const);
  const commands = Object.entries(COMMANDS).map(
    ([name, { summary, data }]) => [name, commandMessage(name, summary, components.schemaOf(data))] as const,
  );
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Orrery over RabbitMQ',
      version,
      description:
        'Events out, in order per stream and at least once; commands of services in; tasks to workers. AMQP 0-9-1.',
    },
    defaultContentType: 'application/json',
    channels: {
      events: eventChannel(events.map(([name]) => name)),
      commands: commandChannel(Object.keys(COMMANDS)),
      replies: { address: null, messages: messagesOf([...ANSWERS, 'Problem']) },
      tasks: taskChannel(),
      worker: workerChannel(),
    },
    operations: {
      ...Object.fromEntries(
        Object.entries(COMMANDS).map(([name, { answer }]) => [name, commandOperation(name, answer)]),
      ),
      ...OURS,
    },
    components: {
      messages: {
        ...Object.fromEntries([...commands, ...events]),
        ...answerMessages(components),
        ...taskMessages(components),
      },
      schemas: {
        ...components.schemas,
        Event: components.schemaOf(event),
        CommandAttributes: headersOf(components.schemaOf(attributes)),
        ReplyHeaders: {
          type: 'object',
          properties: { status: { type: 'integer', description: 'What HTTP would say.' } },
          required: ['status'],
        },
      },
    },
  };
}

function eventChannel(names: readonly string[]): Schema {
  return {
    address: '{namespace}.{aggregate}.{event}',
    description: `The routing keys of the topic exchange \`${EVENT_EXCHANGE}\`: bind a queue of your own to it.`,
    parameters: {
      namespace: { default: 'default' },
      aggregate: { enum: ['workflow', 'definition', 'dead-letter'] },
      event: { enum: names },
    },
    messages: messagesOf(names),
    bindings: {
      amqp: { is: 'routingKey', exchange: { name: EVENT_EXCHANGE, type: 'topic', durable: true }, ...BINDING },
    },
  };
}

function commandChannel(names: readonly string[]): Schema {
  return {
    address: COMMAND_QUEUE,
    description: 'A queue, and an exchange of the same name that brings everything to it, whatever the routing key.',
    messages: messagesOf(names),
    bindings: { amqp: { is: 'queue', queue: { name: COMMAND_QUEUE, durable: true }, ...BINDING } },
  };
}

function taskChannel(): Schema {
  return {
    address: 'orrery.tasks.{namespace}.{type}',
    description: 'A queue a task type. What nobody reads within a lease of 15 s goes back to its owner.',
    parameters: { namespace: { default: 'default' }, type: { description: 'The task type.' } },
    messages: messagesOf(['Tasks']),
    bindings: {
      amqp: { is: 'queue', queue: { name: 'orrery.tasks.{namespace}.{type}', durable: true }, ...BINDING },
    },
  };
}

function workerChannel(): Schema {
  return { address: null, messages: messagesOf(['Cancelled']) };
}

function taskMessages(components: SchemaComponents): Schema {
  const payloadOf = (schema: z.ZodType) => ({ contentType: 'application/json', payload: components.schemaOf(schema) });
  return {
    Tasks: { summary: 'Tasks for one worker, at most 100.', ...payloadOf(z.object({ tasks: z.array(posted) })) },
    Cancelled: { summary: 'Attempts that may end now.', ...payloadOf(z.object({ cancelled })) },
  };
}

function commandOperation(name: string, answer: AnswerName): Schema {
  return {
    action: 'receive',
    channel: { $ref: '#/channels/commands' },
    messages: [{ $ref: `#/channels/commands/messages/${name}` }],
    reply: {
      address: { location: '$message.header#/reply-to', description: 'The property `reply-to` of the message.' },
      channel: { $ref: '#/channels/replies' },
      messages: [answer, 'Problem'].map((each) => ({
        $ref: `#/channels/replies/messages/${each}`,
      })),
    },
  };
}

function commandMessage(name: string, summary: string, payload: Schema): Schema {
  const headers = refTo('schemas', 'CommandAttributes');
  const title = `io.orrery.command.${name}.v1`;
  return { name, title, summary, description: MEDIA, contentType: 'application/json', headers, payload };
}

function eventMessage(name: string): Schema {
  const schema = (UPCASTERS as { readonly [type: string]: readonly unknown[] })[name]!.length + 1;
  const title = `io.orrery.event.${name}.v${schema}`;
  const payload = { allOf: [refTo('schemas', 'Event'), { properties: { type: { const: title } } }] };
  return { name, title, description: EVENT_MODES, contentType: 'application/cloudevents+json', payload };
}

function answerMessage(summary: string, payload: Schema): Schema {
  return { summary, contentType: 'application/json', headers: refTo('schemas', 'ReplyHeaders'), payload };
}

function answerMessages(components: SchemaComponents): Schema {
  const problem = answerMessage('A command was refused.', refTo('schemas', 'Problem'));
  return {
    Started: answerMessage('A run was started, or had been by the same command.', components.schemaOf(started)),
    Sent: answerMessage('A command came to its run.', components.schemaOf(sent)),
    Recorded: answerMessage('How an attempt ended is recorded.', components.schemaOf(recorded)),
    Reported: answerMessage('What became of each, in the same order.', components.schemaOf(reported)),
    Alive: answerMessage('The lease runs anew.', components.schemaOf(alive)),
    Beaten: answerMessage('Of the attempts that were listed, by the owner of their runs.', components.schemaOf(beaten)),
    Problem: { ...problem, contentType: 'application/problem+json' },
  };
}

function messagesOf(names: readonly string[]): Schema {
  return Object.fromEntries(names.map((name) => [name, refTo('messages', name)]));
}

/** Attributes as the headers of a message that carry them. */
function headersOf({ properties = {}, required = [], ...rest }: Schema): Schema {
  const prefixed = (name: string) => `cloudEvents:${name}`;
  return {
    type: rest['type'],
    properties: Object.fromEntries(Object.entries(properties as object).map(([name, each]) => [prefixed(name), each])),
    required: (required as readonly string[]).map(prefixed),
  };
}
