import { Controller } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { type BatchItem, SubmitWorkflows } from '@orrery/application';
import { type RequestFault, invalidRequest, parsePart, problemOfItem, shownStart, start } from '@orrery/contract';
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
  async start({ context, body, requestId }: RequestOf<typeof workflowRoutes.startMany>) {
    const submit = new SubmitWorkflows(context, body.items.map(readItem), { items: body.items });
    const settled = await this.commands.execute(submit);
    const positions = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
    const items = settled.map((each) =>
      each.status === 'fulfilled'
        ? shownStart(each.value)
        : { problem: problemOfItem(this.bugs.refusal(each.reason, requestId)) },
    );
    return { status: 200 as const, body: { items, position: null }, position: positions };
  }
}

/** An item, or what is wrong with it: its faults' places are counted from the item itself. */
function readItem(item: Json): BatchItem {
  const faults: RequestFault[] = [];
  return parsePart('body', start, item, faults) ?? invalidRequest(faults);
}
