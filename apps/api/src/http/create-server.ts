import { API_LIMITS } from '@orrery/contract';
import { LIMITS } from '@orrery/domain';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Health } from '../monitoring/health.js';
import { answerError } from './answer-errors.js';
import type { Bugs } from './bugs.js';
import { answerClientError, checkFraming, requestIds, setCommonHeaders } from './framing.js';
import { ProblemAdapter } from './problem-adapter.js';
import { takeBodies } from './request-body.js';

/** A request must have come whole within this time, in milliseconds: who sends a byte a minute is let go. */
const REQUEST_WITHIN_MS = 120_000;
const HEADERS_WITHIN_MS = 30_000;

export interface ServerOptions {
  /** What the ids of requests begin with. */
  readonly idPrefix: string;
  readonly trustedProxies?: readonly string[];
}

/** Fastify, as strict as the API wants it, and Nest's way to it. */
export function createServer(
  health: Health,
  bugs: Bugs,
  { idPrefix, trustedProxies = [] }: ServerOptions,
): { readonly adapter: ProblemAdapter; readonly instance: FastifyInstance } {
  const newId = requestIds(idPrefix);
  const adapter = new ProblemAdapter({
    logger: false,
    skipMiddie: true,
    multipart: false,
    requestIdHeader: false,
    trustProxy: trustedProxies.length > 0 ? [...trustedProxies] : false,
    genReqId: newId,
    bodyLimit: LIMITS.requestBodyBytes,
    requestTimeout: REQUEST_WITHIN_MS,
    // Node would refuse a missing Host with an empty answer.
    http: { maxHeaderSize: API_LIMITS.headersBytes, headersTimeout: HEADERS_WITHIN_MS, requireHostHeader: false },
    forceCloseConnections: 'idle',
    // Who is told to go elsewhere is told so by `Connection: close`, and is still served.
    return503OnClosing: false,
    routerOptions: { maxParamLength: API_LIMITS.urlBytes },
    clientErrorHandler: answerClientError(() => newId({ headers: {} })),
    // What the router refuses comes to no hook and to no other handler.
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) => {
      setCommonHeaders(request, reply);
      answerError(error, request, reply, bugs);
    },
  });
  const instance = adapter.getInstance() as unknown as FastifyInstance;
  takeBodies(instance);
  instance.addHook('onRequest', (request, reply, done) => {
    health.requests++;
    setCommonHeaders(request, reply);
    if (health.phase === 'stopping') reply.header('connection', 'close');
    checkFraming(request);
    done();
  });
  return { adapter, instance };
}
