import { Controller } from '@nestjs/common';
import { KINDS, PROBLEM_CODES, type ProblemCode, allLimits } from '@orrery/contract';
import { NotFound } from '@orrery/domain';
import { operationRoutes } from '../contract/operations.js';
import { type RequestOf, Serves } from '../http/mount.js';
import type { State } from './health-check.js';
import { Health } from './health.js';
import { WorkOverview } from './work-overview.js';

/** What operators ask: how the process is, what it allows, who is connected, what waits. */
@Controller()
export class OperationsController {
  constructor(
    private readonly health: Health,
    private readonly work: WorkOverview,
  ) {}

  @Serves(operationRoutes.live)
  live() {
    return { status: 200 as const, body: { status: 'ok' } };
  }

  @Serves(operationRoutes.ready)
  async ready({ query: { verbose } }: RequestOf<typeof operationRoutes.ready>) {
    const { status, checks } = await this.health.readiness();
    const isVerbose = verbose !== undefined && verbose !== 'false';
    return { status: codeOf(status), body: isVerbose ? { status, checks } : { status } };
  }

  @Serves(operationRoutes.startup)
  startup() {
    const status: State = this.health.started ? 'ok' : 'unhealthy';
    return { status: codeOf(status), body: { status } };
  }

  @Serves(operationRoutes.health)
  async report() {
    const body = await this.health.report();
    return { status: codeOf(body.status), body };
  }

  @Serves(operationRoutes.limits)
  limits() {
    return { status: 200 as const, body: { limits: allLimits() } };
  }

  @Serves(operationRoutes.workers)
  async listWorkers({ context }: RequestOf<typeof operationRoutes.workers>) {
    const workers = await this.work.workers(context.namespace);
    const items = workers.map(({ workerId: id, lastSeenAt, ...worker }) => ({
      id,
      ...worker,
      lastSeenAt: new Date(lastSeenAt).toISOString(),
    }));
    return { status: 200 as const, body: { items, nextCursor: null, position: null } };
  }

  @Serves(operationRoutes.queues)
  async listQueues({ context }: RequestOf<typeof operationRoutes.queues>) {
    const queues = await this.work.queues(context.namespace);
    const items = queues.map(({ oldestAt, ...queue }) => ({
      ...queue,
      oldestAt: oldestAt === null ? null : new Date(oldestAt).toISOString(),
    }));
    return { status: 200 as const, body: { items, nextCursor: null, position: null } };
  }

  @Serves(operationRoutes.problem)
  problem({ params: { code } }: RequestOf<typeof operationRoutes.problem>) {
    const known = Object.hasOwn(PROBLEM_CODES, code) ? PROBLEM_CODES[code as ProblemCode] : undefined;
    if (!known) throw new NotFound('route.not-found', 'there is no problem with this code');
    const { status, title, code: kindCode, name } = KINDS[known.kind];
    const body = { code, status, title, meaning: known.meaning, error: { code: kindCode, name: known.name ?? name } };
    return { status: 200 as const, body };
  }
}

/** What is degraded still serves. */
function codeOf(state: State): 200 | 503 {
  return state === 'unhealthy' ? 503 : 200;
}
