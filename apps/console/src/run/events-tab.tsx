import { useVirtualizer } from '@tanstack/react-virtual';
import { Download, History } from 'lucide-react';
import { useMemo, useRef, useState } from 'react';
import type { RunEvent } from '../api/types.js';
import { sayEvent, toneOf } from '../model/event-words.js';
import { Clock } from '../parts/times.js';
import './events-tab.css';
import type { TabProps } from './run-page.js';
import './tasks-table.css';

/** The history itself, oldest first. What comes after the moment that is shown stands back. */
export function EventsTab({ view, goTo }: TabProps) {
  const [type, setType] = useState('');
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const types = useMemo(() => [...new Set(view.events.map((event) => event.type))].sort(), [view.events]);
  const events = type === '' ? view.events : view.events.filter((event) => event.type === type);
  const toggle = (version: number) =>
    setOpened((before) => {
      const next = new Set(before);
      if (!next.delete(version)) next.add(version);
      return next;
    });
  return (
    <>
      <div className="bar">
        <select
          className="field"
          aria-label="Events of which type"
          value={type}
          onChange={({ target }) => setType(target.value)}
        >
          <option value="">All types</option>
          {types.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
        <button type="button" className="button" onClick={() => save(view.id, view.events)}>
          <Download size={14} /> Save as JSON
        </button>
      </div>
      <Events events={events} version={view.version} opened={opened} toggle={toggle} goTo={goTo} />
    </>
  );
}

/** Hands the events to the browser as a file. */
function save(id: string, events: readonly RunEvent[]): void {
  const url = URL.createObjectURL(new Blob([JSON.stringify(events, null, 2)], { type: 'application/json' }));
  Object.assign(document.createElement('a'), { href: url, download: `${id}.events.json` }).click();
  URL.revokeObjectURL(url);
}

interface EventsProps {
  readonly events: readonly RunEvent[];
  readonly version: number;
  readonly opened: ReadonlySet<number>;
  readonly toggle: (version: number) => void;
  readonly goTo: (version: number) => void;
}

const ROW_PX = 35;

function Events({ events, version, opened, toggle, goTo }: EventsProps) {
  const box = useRef<HTMLDivElement>(null);
  const rows = useVirtualizer({
    count: events.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 14,
    getItemKey: (index) => events[index]!.version,
  });
  return (
    <div ref={box} className="virtual" role="list" aria-label="Events" tabIndex={0}>
      <div style={{ height: rows.getTotalSize(), position: 'relative' }}>
        {rows.getVirtualItems().map(({ index, start, key }) => {
          const event = events[index]!;
          const isHere = event.version === version ? 'is-here' : '';
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              role="listitem"
              className={`event-row ${event.version > version ? 'later' : isHere}`}
              style={{ transform: `translateY(${start}px)` }}
            >
              <EventLine event={event} isOpen={opened.has(event.version)} toggle={toggle} goTo={goTo} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface EventLineProps extends Pick<EventsProps, 'toggle' | 'goTo'> {
  readonly event: RunEvent;
  readonly isOpen: boolean;
}

function EventLine({ event, isOpen, toggle, goTo }: EventLineProps) {
  return (
    <>
      <div className="line">
        <span className="version mono faint">{event.version}</span>
        <span className="soft">
          <Clock at={event.at} />
        </span>
        <span className={`dot tone-${toneOf(event)}`} />
        <button type="button" className="cut" data-row aria-expanded={isOpen} onClick={() => toggle(event.version)}>
          {event.type} <span className="soft">{sayEvent(event)}</span>
        </button>
        <span className="cut faint">{event.actor}</span>
        <button
          type="button"
          className="icon-button"
          aria-label={`Show the run as it was after event ${event.version}`}
          title="Show the run as it was then"
          onClick={() => goTo(event.version)}
        >
          <History size={15} />
        </button>
      </div>
      {isOpen && (
        <pre className="code wraps" tabIndex={0}>
          {JSON.stringify(event.data, null, 2)}
        </pre>
      )}
    </>
  );
}
