import { useEffect, useState } from 'react';
import type { TimeStyle } from '../model/durations.js';

export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
export const TIME_STYLES: readonly TimeStyle[] = ['relative', 'local', 'utc'];

/** A choice that this browser remembers; an unknown one is the first. */
function useChoice<Choice extends string>(name: string, choices: readonly Choice[]) {
  const [choice, setChoice] = useState(() => {
    const saved = localStorage.getItem(name) as Choice | null;
    return saved !== null && choices.includes(saved) ? saved : choices[0]!;
  });
  useEffect(() => localStorage.setItem(name, choice), [name, choice]);
  const next = () => setChoice((now) => choices[(choices.indexOf(now) + 1) % choices.length]!);
  return [choice, next] as const;
}

/** Light, dark, or what the system says; it holds for the whole page. */
export function useTheme() {
  const [theme, next] = useChoice('orrery.theme', THEMES);
  useEffect(() => {
    document.documentElement.dataset['theme'] = theme;
  }, [theme]);
  return [theme, next] as const;
}

export const useTimeStyle = () => useChoice('orrery.time', TIME_STYLES);
