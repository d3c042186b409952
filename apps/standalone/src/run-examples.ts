import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  ANONYMOUS,
  Feed,
  GetWorkflowResult,
  type Orchestration,
  START,
  SubmitDefinition,
  SubmitWorkflow,
} from '@orrery/application';
import type { Json, WorkflowStatus } from '@orrery/domain';

/** The longest time that an example may take, before it is shown as it stands; in milliseconds. */
const PATIENCE_MS = 20_000;

/** An example as it is shipped: which file, with what input, and what it shows. */
interface Example {
  readonly definition: string;
  readonly shows: string;
  readonly input: Json;
}

/** A run of an example, as it ended. */
export interface ExampleRun extends Example {
  readonly id: string;
  readonly status: WorkflowStatus;
  readonly tookMs: number;
}

const items = [
  { sku: 'telescope', price: 240 },
  { sku: 'star-chart', price: 12.5 },
];

export const EXAMPLES: readonly Example[] = [
  {
    definition: 'order-fulfilment',
    shows: 'shipped, though the carrier was busy at first',
    input: { orderId: 'A-1', card: 'visa', giftwrap: true, items },
  },
  {
    definition: 'order-fulfilment',
    shows: 'card declined: what had been done is undone',
    input: { orderId: 'A-2', card: 'declined', items },
  },
  {
    definition: 'fan-out',
    shows: 'one photo in eight sizes, made side by side',
    input: { photo: 'saturn.raw' },
  },
];

/** Whether nothing was ever recorded here. */
export async function isEmpty({ ports: { log, partitions } }: Orchestration): Promise<boolean> {
  const feed = new Feed(log);
  if ((await feed.read(feed.start, 1)).commits.length > 0) return false;
  // Somebody's open transaction may hide what is new from that read; where there is nothing old, looking at all is cheap.
  const fromTheStart = new Map(Array.from({ length: partitions }, (_, partition) => [partition, START]));
  for await (const commits of log.readAhead(fromTheStart)) if (commits.length > 0) return false;
  return true;
}

/** Registers the shipped examples and runs them side by side; calls back in their order, as they end. */
export async function runExamples(
  orchestration: Orchestration,
  directory: string,
  onEnd: (run: ExampleRun) => void,
): Promise<readonly ExampleRun[]> {
  const { submitDefinition } = orchestration.commandHandlers;
  for (const name of new Set(EXAMPLES.map(({ definition }) => definition))) {
    const text = await readFile(join(directory, `${name}.yaml`), 'utf8');
    await submitDefinition.execute(new SubmitDefinition(ANONYMOUS, { text, format: 'yaml' }));
  }
  const running = EXAMPLES.map((example, index) => runExample(orchestration, example, `example-${index + 1}`));
  // Rejections are waited for in turn, below.
  for (const run of running) run.catch(() => undefined);
  const ended: ExampleRun[] = [];
  for (const run of running) {
    ended.push(await run);
    onEnd(ended.at(-1)!);
  }
  return ended;
}

/** By a key, so that two processes over one new database run each example once. */
async function runExample(orchestration: Orchestration, example: Example, key: string): Promise<ExampleRun> {
  const { commandHandlers, queryHandlers, ports } = orchestration;
  const context = { ...ANONYMOUS, idempotencyKey: key };
  const startedAt = ports.clock.now();
  const { definition, input } = example;
  const { id } = await commandHandlers.submitWorkflow.execute(new SubmitWorkflow(context, { definition, input }));
  const question = new GetWorkflowResult(ANONYMOUS, id, PATIENCE_MS);
  const { status } = await queryHandlers.getWorkflowResult.execute(question);
  return { ...example, id, status, tookMs: ports.clock.now() - startedAt };
}
