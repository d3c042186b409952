import { once } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HandedTask, TaskError, type TaskHandler } from '@orrery/application';
import type { Json, Namespace, TaskId, WorkflowId } from '@orrery/domain';
import type { ResolvedAddress } from './guarded-agent.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A server on this machine that answers as it is told, and remembers who came. */
export async function startServer(answer: Answer, host = '127.0.0.1') {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, host);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A resolver that knows a few names, and counts how often it was asked. */
export function resolverOf(names: Readonly<Record<string, readonly string[] | (() => readonly string[])>>) {
  const asked: string[] = [];
  const resolve = async (host: string): Promise<ResolvedAddress[]> => {
    asked.push(host);
    const known = names[host];
    if (!known) throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${host}`), { code: 'ENOTFOUND' });
    const addresses = typeof known === 'function' ? known() : known;
    return addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  };
  return { resolve, asked };
}

export const handedTask: HandedTask = {
  id: '0190b0a0-0000-7000-8000-000000000000~0' as TaskId,
  namespace: 'default' as Namespace,
  ordinal: 0,
  workflowId: '0190b0a0-0000-7000-8000-000000000000' as WorkflowId,
  key: 'call',
  type: 'http',
  attempt: 1,
  maxAttempts: 3,
  compensation: false,
  input: null,
  deadline: null,
  heartbeatMs: null,
  leaseToken: '1',
  idempotencyKey: '0190b0a0-0000-7000-8000-000000000000~0',
  trace: null,
};

export interface Outcome {
  readonly output?: Json;
  readonly code?: string;
  readonly message?: string;
  readonly retryable?: boolean;
  readonly retryAfterMs?: number;
}

type AttemptOptions = Partial<HandedTask> & { readonly signal?: AbortSignal; readonly heartbeat?: () => void };

/** What came of one attempt, whichever way it went. */
export async function attempt(
  handler: TaskHandler,
  input: Json,
  { signal = new AbortController().signal, heartbeat = () => undefined, ...task }: AttemptOptions = {},
): Promise<Outcome> {
  try {
    const context = { task: { ...handedTask, ...task }, signal, heartbeat };
    return { output: await handler(input, context) };
  } catch (error) {
    if (!(error instanceof TaskError)) throw error;
    return { code: error.code, message: error.message, ...error.options };
  }
}
