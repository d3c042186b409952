import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { onChanges } from './changes.js';
import { useIsTold } from './use-link.js';

/** How often a list is looked at although every change is told: time passes for its filters, too. */
const RARELY_MS = 30_000;

/** Keeps the questions of this name as the log is. Says how often they are to be asked again besides, in milliseconds. */
export function useRefreshed(name: string, untoldEveryMs: number): number {
  const queries = useQueryClient();
  const isTold = useIsTold();
  useEffect(() => onChanges(() => queries.invalidateQueries({ queryKey: [name] })), [queries, name]);
  return isTold ? RARELY_MS : untoldEveryMs;
}
