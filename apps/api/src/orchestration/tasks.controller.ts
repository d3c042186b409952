import { Controller } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { Clock, Dispatcher, LEASE_MS, ListTasks, PositionTokens, SeenWorkers, poll } from '@orrery/application';
import { ReportResults, type ReportedResult, reportOf, shownTask, shownTaskSummary } from '@orrery/contract';
import type { Namespace } from '@orrery/domain';
import { taskRoutes } from '../contract/tasks.js';
import { type RequestOf, Serves } from '../http/mount.js';
import { pageRequest, writePage } from '../http/pages.js';

/** What a worker does over plain HTTP: takes tasks, says that they are alive, and reports how they ended. */
@Controller()
export class TasksController {
  constructor(
    private readonly queries: QueryBus,
    private readonly dispatcher: Dispatcher,
    private readonly workers: SeenWorkers,
    private readonly clock: Clock,
    private readonly tokens: PositionTokens,
    private readonly reports: ReportResults,
  ) {}

  @Serves(taskRoutes.list)
  async list({ context, query, atLeast }: RequestOf<typeof taskRoutes.list>) {
    const { cursor, limit, ...filter } = query;
    const listing = { filter, page: pageRequest({ cursor, limit }), atLeast };
    const page = await this.queries.execute(new ListTasks(context, listing));
    return { status: 200 as const, body: writePage(page, this.tokens, shownTaskSummary) };
  }

  @Serves(taskRoutes.poll)
  async poll({ context: { namespace }, body, abandoned }: RequestOf<typeof taskRoutes.poll>) {
    const { workerId, types, max = 1, waitMs = 0 } = body;
    this.workers.seen({ namespace, workerId, types, transport: 'poll', slots: max });
    const request = { namespace, workerId, types, max, waitMs };
    const tasks = await poll(request, this.dispatcher, this.clock, abandoned);
    // It now holds what an owner after us must know of.
    if (tasks.length > 0) this.workers.seen({ namespace, workerId, types, transport: 'poll', slots: max });
    return { status: 200 as const, body: { tasks: tasks.map(shownTask) } };
  }

  @Serves(taskRoutes.complete)
  complete({ context, params, body }: RequestOf<typeof taskRoutes.complete>) {
    return this.report(context.namespace, { ...body, id: params.id });
  }

  @Serves(taskRoutes.fail)
  fail({ context, params, body }: RequestOf<typeof taskRoutes.fail>) {
    return this.report(context.namespace, { ...body, id: params.id });
  }

  @Serves(taskRoutes.heartbeat)
  heartbeat({ context: { namespace }, params: { id }, body: { leaseToken } }: RequestOf<typeof taskRoutes.heartbeat>) {
    const { workflow, ordinal } = id;
    const lease = this.dispatcher.heartbeat({ namespace, workflow, ordinal, leaseToken });
    if (lease?.workerId) this.workers.seenAgain(namespace, lease.workerId);
    return { status: 200 as const, body: { id: id.id, leaseMs: LEASE_MS, cancelled: lease?.cancelled ?? false } };
  }

  @Serves(taskRoutes.results)
  async results({ context: { namespace }, body, requestId }: RequestOf<typeof taskRoutes.results>) {
    const answers = await this.reports.report(namespace, body.results, { id: requestId });
    const results = answers.map((answer) =>
      answer.recorded ? { ...answer, position: this.tokens.write(answer.position) } : answer,
    );
    return { status: 200 as const, body: { results } };
  }

  private async report(namespace: Namespace, result: ReportedResult) {
    const { position } = await this.dispatcher.report(...reportOf(namespace, result));
    return { status: 200 as const, body: { id: result.id.id }, position, version: position.version };
  }
}
