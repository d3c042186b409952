import { Check, Copy as CopyIcon } from 'lucide-react';
import { useEffect, useState } from 'react';
import { shortId } from '../model/short-id.js';
import './controls.css';

const SAID_FOR_MS = 1_400;

/** Puts a text onto the clipboard; true for a moment after. */
function useCopy(text: string): readonly [boolean, () => void] {
  const [isDone, setDone] = useState(false);
  useEffect(() => {
    if (!isDone) return;
    const timer = setTimeout(() => setDone(false), SAID_FOR_MS);
    return () => clearTimeout(timer);
  }, [isDone]);
  return [isDone, () => void navigator.clipboard?.writeText(text).then(() => setDone(true))];
}

/** An id, shortened in the middle; a click copies the whole. */
export function CopiedId({ id }: { readonly id: string }) {
  const [isDone, copy] = useCopy(id);
  return (
    <button
      type="button"
      className={`copied mono ${isDone ? 'done' : ''}`}
      title={`${id}: click to copy`}
      aria-label={isDone ? `Copied ${shortId(id)}` : `Copy ${shortId(id)}`}
      onClick={(event) => {
        event.preventDefault();
        event.stopPropagation();
        copy();
      }}
    >
      {shortId(id)}
      {isDone ? <Check size={12} /> : <CopyIcon size={12} />}
    </button>
  );
}

export interface CopyButtonProps {
  readonly text: string;
  readonly label?: string;
}

/** A button that copies a text. */
export function CopyButton({ text, label = 'Copy' }: CopyButtonProps) {
  const [isDone, copy] = useCopy(text);
  return (
    <button type="button" className="button plain" onClick={copy}>
      {isDone ? <Check size={14} /> : <CopyIcon size={14} />}
      {isDone ? 'Copied' : label}
    </button>
  );
}
