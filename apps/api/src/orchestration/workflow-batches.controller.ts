import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type BatchItem, SubmitWorkflows, type WorkflowAccepted } from '@orrery/application';
import type { Json } from '@orrery/domain';
import { batchItem, workflowRoutes } from '../contract/workflows.js';
import { Bugs } from '../http/bugs.js';
import { type RequestOf, Serves } from '../http/mount.js';
import { problemOfItem } from '../http/problem.js';
import { type RequestFault, invalidRequest, parsePart } from '../http/request-faults.js';

/** Many starts in one request. */
@Controller()
export class WorkflowBatchesController {
  constructor(
    private readonly commands: CommandBus,
    private readonly bugs: Bugs,
  ) {}

  @Serves(workflowRoutes.startMany)
  async start({ context, body, requestId }: RequestOf<typeof workflowRoutes.startMany>) {
    const submit = new SubmitWorkflows(context, body.items.map(readItem), { items: body.items });
    const settled = await this.commands.execute(submit);
    const positions = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
    const items = settled.map((each) =>
      each.status === 'fulfilled'
        ? shown(each.value)
        : { problem: problemOfItem(this.bugs.refusal(each.reason, requestId)) },
    );
    return { status: 200 as const, body: { items, position: null }, position: positions };
  }
}

/** An item, or what is wrong with it: its faults' places are counted from the item itself. */
function readItem(item: Json): BatchItem {
  const faults: RequestFault[] = [];
  return parsePart('body', batchItem, item, faults) ?? invalidRequest(faults);
}

function shown({ id, status, definition, created }: WorkflowAccepted) {
  return { id, status, definition, created };
}
