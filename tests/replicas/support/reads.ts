import {
  ANONYMOUS,
  type AtLeast,
  GetWorkflow,
  GetWorkflowEvents,
  GetWorkflowResult,
  GetWorkflows,
  ListWorkflows,
  type Orchestration,
  type Position,
  knownOf,
} from '@orrery/application';
import { NotFound, type StreamId } from '@orrery/domain';

/** Reads a run, and tells the version at which it was found; 0: not at all. */
export type Read = (orchestration: Orchestration, written: Position, atLeast: AtLeast) => Promise<number>;

const idOf = ({ stream }: Position) => stream as StreamId;

/** Every way of asking for a run that has to be as new as a position. */
export const READS: Readonly<Record<string, Read>> = {
  page: async ({ queryHandlers }, written, atLeast) => {
    const known = knownOf(atLeast, written.stream);
    const query = new GetWorkflow(ANONYMOUS, idOf(written), undefined, undefined, known);
    return (await queryHandlers.getWorkflow.execute(query)).version;
  },
  result: async ({ queryHandlers }, written, atLeast) => {
    const query = new GetWorkflowResult(ANONYMOUS, idOf(written), 0, undefined, knownOf(atLeast, written.stream));
    return (await queryHandlers.getWorkflowResult.execute(query)).version;
  },
  events: async ({ queryHandlers }, written, atLeast) => {
    const known = knownOf(atLeast, written.stream);
    const query = new GetWorkflowEvents(ANONYMOUS, idOf(written), 0, 1_000, 0, undefined, known);
    return (await queryHandlers.getWorkflowEvents.execute(query)).at(-1)?.version ?? 0;
  },
  'one of many': async ({ queryHandlers }, written, atLeast) => {
    const asked = [{ run: idOf(written), known: knownOf(atLeast, written.stream) }];
    const query = new GetWorkflows(ANONYMOUS, asked, { tasksFrom: 0, payloads: false });
    const [read] = await queryHandlers.getWorkflows.execute(query);
    if (read!.status === 'rejected') throw read!.reason;
    return read!.value.version;
  },
  list: async ({ queryHandlers }, written, atLeast) => {
    const listing = { filter: { q: written.stream }, page: { limit: 10 }, atLeast };
    const { items, counts } = await queryHandlers.listWorkflows.execute(new ListWorkflows(ANONYMOUS, listing));
    const counted = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return counted === 1 ? (items.find(({ id }) => id === written.stream)?.version ?? 0) : 0;
  },
};

/** A run that is not there was found at no version. */
export async function versionRead(read: Promise<number>): Promise<number> {
  return read.catch((error: unknown) => {
    if (error instanceof NotFound) return 0;
    throw error;
  });
}
