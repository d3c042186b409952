import { Activity, Boxes, FileStack, Gauge, Inbox, ListChecks, type LucideIcon } from 'lucide-react';

/** A place of the console: where the rail, the palette and the keyboard lead. */
export interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: LucideIcon;
  /** Typed after `g`. */
  readonly letter: string;
}

export const PLACES: readonly Place[] = [
  { path: '/runs', label: 'Runs', icon: Activity, letter: 'r' },
  { path: '/definitions', label: 'Definitions', icon: FileStack, letter: 'd' },
  { path: '/tasks', label: 'Tasks', icon: ListChecks, letter: 't' },
  { path: '/queues', label: 'Queues', icon: Boxes, letter: 'q' },
  { path: '/dead-letters', label: 'Dead letters', icon: Inbox, letter: 'l' },
  { path: '/limits', label: 'Limits', icon: Gauge, letter: 'm' },
];
