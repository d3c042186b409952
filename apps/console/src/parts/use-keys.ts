import { useEffect, useRef } from 'react';

/** What is typed here is text, and no command. */
const WRITABLE = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
/** How long `g` waits for the letter after it, in milliseconds. */
const SEQUENCE_MS = 1_000;

/**
 * Calls what a key stands for: `?`, `g r` (one after the other), `Escape`, `mod+k` (Ctrl, or Cmd). While somebody writes, or
 * a dialog is open, only `mod+k` holds.
 */
export function useKeys(keys: { readonly [name: string]: () => void }): void {
  const current = useRef(keys);
  useEffect(() => {
    current.current = keys;
  });
  useEffect(() => {
    let before = { key: '', at: 0 };
    const listen = (event: KeyboardEvent) => {
      const name = nameOf(event, Date.now() - before.at < SEQUENCE_MS ? before.key : '');
      before = { key: event.key, at: Date.now() };
      const call = name === undefined ? undefined : current.current[name];
      if (!call) return;
      event.preventDefault();
      call();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
}

function nameOf(event: KeyboardEvent, before: string): string | undefined {
  const { key, ctrlKey, metaKey, altKey, target } = event;
  if (ctrlKey || metaKey) return key.toLowerCase() === 'k' ? 'mod+k' : undefined;
  const isWriting = target instanceof Element && target.matches(WRITABLE);
  if (altKey || isWriting || event.defaultPrevented || document.querySelector('dialog[open]')) return undefined;
  return before === 'g' ? `g ${key}` : key;
}
