import { type BatchItem, SubmitWorkflows } from '@orrery/application';
import { problemOfItem, refusalOf, shownStart, start } from '@orrery/contract';
import { type Json, OrreryError } from '@orrery/domain';
import type { StartItem, StartedBatch, WriteOptions } from '@orrery/sdk';
import { manyStarts } from './arguments.js';
import type { Calls } from './calls.js';
import { body, checked } from './checked.js';

/** Starts many runs at once; what is wrong with one is its own answer. */
export async function startMany(
  calls: Calls,
  given: readonly StartItem[],
  options: WriteOptions,
): Promise<StartedBatch> {
  const { items } = body(manyStarts, { items: given });
  const context = calls.context(options);
  const { submitWorkflows } = calls.orchestration.commandHandlers;
  const settled = await submitWorkflows.execute(new SubmitWorkflows(context, items.map(readItem), { items }));
  const positions = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
  return {
    items: settled.map((each) =>
      each.status === 'fulfilled' ? shownStart(each.value) : { problem: problemOfItem(refusalOf(each.reason)) },
    ),
    position: positions.length === 0 ? null : calls.written(...positions),
  };
}

/** An item, or what is wrong with it: its faults' places are counted from the item itself. */
function readItem(item: Json): BatchItem {
  try {
    return checked('body', start, item);
  } catch (error) {
    if (error instanceof OrreryError) return error;
    throw error;
  }
}
