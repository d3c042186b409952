import { X } from 'lucide-react';
import { useEffect, useId, useRef } from 'react';
import './dialog.css';

export interface DialogProps {
  readonly title: string;
  readonly close: () => void;
  readonly children: React.ReactNode;
  readonly footer?: React.ReactNode;
}

/** A dialog of the browser's own: it keeps the focus, ends with Escape, and gives the focus back. */
export function Dialog({ title, close, children, footer }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const name = useId();
  useEffect(() => {
    const dialog = ref.current!;
    const before = document.activeElement;
    dialog.showModal();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
      onClick={(event) => event.target === ref.current && close()}
    >
      <header>
        <h2 id={name}>{title}</h2>
        <button type="button" className="icon-button" onClick={close} aria-label="Close">
          <X size={16} />
        </button>
      </header>
      <div className="body">{children}</div>
      {footer && <footer>{footer}</footer>}
    </dialog>
  );
}
