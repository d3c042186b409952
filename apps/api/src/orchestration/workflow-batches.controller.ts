import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type BatchItem, SubmitWorkflows, TryWorkflows } from '@orrery/application';
import {
  type RequestFault,
  invalidRequest,
  parsePart,
  problemOfItem,
  shownStart,
  shownTrial,
  start,
} from '@orrery/contract';
import type { Json } from '@orrery/domain';
import { workflowRoutes } from '../contract/workflows.js';
import { Bugs } from '../http/bugs.js';
import { type RequestOf, Serves } from '../http/mount.js';

/** Many starts in one request. */
@Controller()
export class WorkflowBatchesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly bugs: Bugs,
  ) {}

  @Serves(workflowRoutes.startMany)
  async start({ context, query, body, requestId }: RequestOf<typeof workflowRoutes.startMany>) {
    const asked = [context, body.items.map(readItem), { items: body.items }] as const;
    if (query.dryRun) {
      const tried = await this.commands.execute(new TryWorkflows(...asked));
      const items = this.shown(tried, requestId, shownTrial);
      return { status: 200 as const, body: { items, position: null } };
    }
    const settled = await this.commands.execute(new SubmitWorkflows(...asked));
    const position = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
    const items = this.shown(settled, requestId, shownStart);
    return { status: 200 as const, body: { items, position: null }, position };
  }

  private shown<Answer>(
    settled: readonly PromiseSettledResult<Answer>[],
    requestId: string,
    show: (answer: Answer) => object,
  ): readonly object[] {
    return settled.map((each) =>
      each.status === 'fulfilled'
        ? show(each.value)
        : { problem: problemOfItem(this.bugs.refusal(each.reason, requestId)) },
    );
  }
}

/** An item, or what is wrong with it: its faults' places are counted from the item itself. */
function readItem(item: Json): BatchItem {
  const faults: RequestFault[] = [];
  return parsePart('body', start, item, faults) ?? invalidRequest(faults);
}
