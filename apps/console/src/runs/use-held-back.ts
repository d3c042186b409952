import { useCallback, useEffect, useRef, useState } from 'react';
import type { RunSummary } from '../api/types.js';

/**
 * New runs come in at the top while the top is in sight. Who has scrolled away reads something: then they are held back,
 * and counted. Give `watch` to an element at the top of the list.
 */
export function useHeldBack(all: readonly RunSummary[]) {
  const [isReading, setReading] = useState(false);
  const seen = useRef<ReadonlySet<string>>(new Set());
  const top = useRef<HTMLElement>(null);
  const watch = useCallback((element: HTMLElement | null) => {
    top.current = element;
    if (!element) return;
    const observer = new IntersectionObserver(([entry]) => setReading(entry?.isIntersecting === false));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const firstSeen = all.findIndex(({ id }) => seen.current.has(id));
  const held = isReading && firstSeen > 0 ? firstSeen : 0;
  const shown = held > 0 ? all.slice(held) : all;
  useEffect(() => {
    seen.current = new Set(shown.map(({ id }) => id));
  });
  const showAll = () => top.current?.scrollIntoView({ behavior: 'smooth', block: 'end' });
  return { shown, held, showAll, watch };
}
