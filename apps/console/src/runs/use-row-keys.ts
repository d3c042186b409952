import { type RefObject, useRef } from 'react';
import { useKeys } from '../parts/use-keys.js';

/** What of a row takes the focus. */
const ROW = '[data-row]';

/** `j` and `k` go from row to row of what is inside the element. */
export function useRowKeys<Element extends HTMLElement>(): RefObject<Element | null> {
  const inside = useRef<Element>(null);
  const step = (by: number) => {
    const rows = [...(inside.current?.querySelectorAll<HTMLElement>(ROW) ?? [])];
    const at = rows.indexOf(document.activeElement as HTMLElement);
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };
  useKeys({ j: () => step(1), k: () => step(-1) });
  return inside;
}
