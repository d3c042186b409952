import { useEffect } from 'react';

/** What the window is called, so that it is found among others. */
export function useTitle(words: string): void {
  useEffect(() => {
    document.title = `${words} · Orrery`;
  }, [words]);
}
