import { type LiveItem, LiveIterator, type LiveRequest } from '@orrery/application';
import { liveFilterOf, subscription } from '@orrery/contract';
import type { LiveEvent, LiveOptions } from '@orrery/sdk';
import { LiveEvents, type LiveStream, labelTexts } from '@orrery/sdk/parts';
import { type Calls, OrreryClosed } from './calls.js';
import { checked } from './checked.js';

/** Opens a connection to a live feed; it breaks when the signal is aborted. */
type OpenFeed = (request: Omit<LiveRequest, 'listener'>, signal: AbortSignal) => Promise<LiveStream>;

/** Events of the live feed: as a rule of that of this process, which tells what others commit as well. */
export function localEvents(
  calls: Calls,
  { after, signal, awayForMs, labels, ...wanted }: LiveOptions,
  open: OpenFeed = (request, until) => openHere(calls, request, until),
): LiveEvents {
  const filter = { ...wanted, label: labels && labelTexts(labels) };
  const begin = (from: string | undefined, until: AbortSignal) =>
    calls.write(async () => {
      const { after: place, ...asked } = checked('query', subscription, { ...filter, after: from });
      return open({ context: calls.context({}), filter: liveFilterOf(asked), after: place }, until);
    }, {});
  return new LiveEvents(begin, { after, signal, awayForMs });
}

async function openHere(
  calls: Calls,
  request: Omit<LiveRequest, 'listener'>,
  signal: AbortSignal,
): Promise<LiveStream> {
  const told = new LiveIterator();
  const end = () => void told.return();
  signal.addEventListener('abort', end, { once: true });
  told.begin(await calls.orchestration.live.subscribe({ ...request, listener: told }));
  const next = async () => {
    const { done, value } = await calls.waiting({}, (abandoned) => (abandoned(end), told.next()));
    // Whoever aborted it is told so by the signal.
    if (done) throw new OrreryClosed();
    return shownItem(value);
  };
  return {
    get cursor() {
      return told.cursor;
    },
    next: () => calls.write(next, {}),
    close() {
      signal.removeEventListener('abort', end);
      end();
    },
  };
}

/** An event of the reader's own: the others are told the same one. */
export function shownItem({ event, cursor }: LiveItem): LiveEvent {
  return { cursor, ...(JSON.parse(event.json) as Omit<LiveEvent, 'cursor'>) };
}
