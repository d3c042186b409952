import { type BatchItem, SubmitWorkflows, TryWorkflows } from '@orrery/application';
import { problemOfItem, refusalOf, shownStart, shownTrial, start } from '@orrery/contract';
import { type Json, OrreryError } from '@orrery/domain';
import type { DryRun, StartItem, StartedBatch, TriedBatch, WriteOptions } from '@orrery/sdk';
import { manyStarts } from './arguments.js';
import type { Calls } from './calls.js';
import { body, checked } from './checked.js';

/** Starts many runs at once; what is wrong with one is its own answer. */
export async function startMany(
  calls: Calls,
  given: readonly StartItem[],
  options: WriteOptions,
): Promise<StartedBatch> {
  const { submitWorkflows } = calls.orchestration.commandHandlers;
  const settled = await submitWorkflows.execute(new SubmitWorkflows(...readBatch(calls, given, options)));
  const positions = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value.position : []));
  return {
    items: shownItems(settled, shownStart),
    position: positions.length === 0 ? null : calls.written(...positions),
  };
}

/** The same, only tried. */
export async function dryRunMany(
  calls: Calls,
  given: readonly StartItem[],
  options: WriteOptions,
): Promise<TriedBatch> {
  const { tryWorkflows } = calls.orchestration.commandHandlers;
  const settled = await tryWorkflows.execute(new TryWorkflows(...readBatch(calls, given, options)));
  return { items: shownItems(settled, (trial) => shownTrial(trial) as DryRun), position: null };
}

function readBatch(calls: Calls, given: readonly StartItem[], options: WriteOptions) {
  const { items } = body(manyStarts, { items: given });
  return [calls.context(options), items.map(readItem), { items }] as const;
}

function shownItems<Answer, Shown>(settled: readonly PromiseSettledResult<Answer>[], show: (answer: Answer) => Shown) {
  return settled.map((each) =>
    each.status === 'fulfilled' ? show(each.value) : { problem: problemOfItem(refusalOf(each.reason)) },
  );
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
