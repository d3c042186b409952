import { setTimeout as pause } from 'node:timers/promises';
import { type TaskContext, TaskError, type TaskHandler } from '@orrery/application';
import type { Json, JsonObject } from '@orrery/domain';

/** How long a pretended piece of work takes, in milliseconds. */
const WORK_MS = 40;

/**
 * Handlers of the shipped examples: demonstrations that only pretend. Nothing is reserved, charged or shipped. Their
 * types begin with `demo.`, so that they never take the task of a real worker.
 */
export const demoHandlers: ReadonlyMap<string, TaskHandler> = new Map(
  Object.entries({
    'demo.inventory.reserve': ({ orderId, items }) => ({ reservation: `R-${String(orderId)}`, total: totalOf(items!) }),
    'demo.inventory.release': ({ reservation }) => ({ released: reservation! }),
    'demo.courier.book': ({ reservation }) => ({ booking: `B-${String(reservation)}` }),
    'demo.courier.cancel': ({ booking }) => ({ cancelled: booking! }),
    'demo.payment.charge': charge,
    'demo.payment.refund': ({ charge: refunded }) => ({ refunded: refunded! }),
    'demo.packing.wrap': () => ({ paper: 'stars' }),
    'demo.shipping.dispatch': dispatch,
    'demo.photo.inspect': () => ({ megapixels: 48 }),
    'demo.photo.resize': ({ photo, width }) => ({ file: `${String(photo)}.${String(width)}.png` }),
    'demo.photo.publish': ({ files }) => ({ url: 'https://album.example/1', count: (files as Json[]).length }),
  } satisfies Record<string, Demo>).map(([type, demo]) => [type, working(demo)]),
);

type Demo = (input: JsonObject, context: TaskContext) => JsonObject;

/** Takes a moment, as work does, unless the attempt no longer counts. */
function working(demo: Demo): TaskHandler {
  return async (input, context) => {
    await pause(WORK_MS, undefined, { signal: context.signal });
    return demo((input ?? {}) as JsonObject, context);
  };
}

function charge({ card, amount }: JsonObject): JsonObject {
  if (card === 'declined') throw new TaskError('card.declined', 'the bank declined the card', { retryable: false });
  return { charge: `C-${String(card)}-${String(amount)}` };
}

function dispatch({ booking }: JsonObject, { task }: TaskContext): JsonObject {
  if (task.attempt === 1) throw new TaskError('carrier.busy', 'the carrier did not answer; the next attempt will do');
  return { tracking: `T-${String(booking)}` };
}

function totalOf(items: Json): number {
  return (items as { price: number }[]).reduce((total, { price }) => total + price, 0);
}
