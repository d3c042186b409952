import { Args, Context, Mutation, Resolver } from '@nestjs/graphql';
import { CommandBus } from '@nestjs/cqrs';
import {
  type BatchItem,
  PositionTokens,
  SubmitWorkflows,
  TryWorkflows,
  type WorkflowAccepted,
} from '@orrery/application';
import { API_LIMITS, problemOfItem, shownTrial, start } from '@orrery/contract';
import { type Json, OrreryError } from '@orrery/domain';
import { z } from 'zod';
import { Bugs } from '../http/bugs.js';
import { StartWorkflowInput, WriteArgs, read } from './arguments.js';
import type { Asking } from './asking.js';
import { sendingOf } from './definition-source.js';
import { StartWorkflowsPayload } from './payload.objects.js';
import { sourceOfRun } from './run-source.js';
import { startOf } from './start-input.js';

const some = z.object({ items: z.array(z.custom<Json>()).min(1).max(API_LIMITS.batchItems) });

/** Many starts in one command. */
@Resolver()
export class WorkflowBatchesResolver {
  constructor(
    private readonly commands: CommandBus,
    private readonly tokens: PositionTokens,
    private readonly bugs: Bugs,
  ) {}

  @Mutation(() => StartWorkflowsPayload, {
    nullable: true,
    description:
      'Start many runs, as a rule in one commit. What is wrong with one hinders none of the others: it is its answer.',
  })
  async startWorkflows(
    @Context('asking') asking: Asking,
    @Args('items', { type: () => [StartWorkflowInput] }) given: StartWorkflowInput[],
    @Args() args: WriteArgs,
  ) {
    const { items } = read(some, { items: given.map(startOf) });
    const asked = [sendingOf(asking.context, args), items.map(readItem), { items }] as const;
    if (args.dryRun) {
      const tried = await this.commands.execute(new TryWorkflows(...asked));
      const shown = tried.map((each) =>
        this.shown(each, asking, async (trial) => ({ ...shownTrial(trial), created: false })),
      );
      return { items: await Promise.all(shown), position: null };
    }
    const settled = await this.commands.execute(new SubmitWorkflows(...asked));
    const started = async ({ id: run, created }: WorkflowAccepted) => ({
      workflow: sourceOfRun(await asking.runAfter(run)),
      created,
    });
    const positions = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
    return {
      items: await Promise.all(settled.map((each) => this.shown(each, asking, started))),
      position: positions.length === 0 ? null : this.tokens.writeAll(positions),
    };
  }

  private async shown<Answer>(
    each: PromiseSettledResult<Answer>,
    { requestId }: Asking,
    show: (answer: Answer) => Promise<object>,
  ): Promise<object> {
    if (each.status === 'fulfilled') return show(each.value);
    return { created: false, problem: problemOfItem(this.bugs.refusal(each.reason, requestId)) };
  }
}

/** An item, or what is wrong with it: its faults' places are counted from the item itself. */
function readItem(item: Json): BatchItem {
  try {
    return read(start, item);
  } catch (error) {
    if (error instanceof OrreryError) return error;
    throw error;
  }
}
