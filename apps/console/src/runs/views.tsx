import { X } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'react-router';
import { BUILT_IN_VIEWS, type SavedView, isSameView, readViews } from '../model/filters.js';
import { Dialog } from '../parts/dialog.js';

const SAVED = 'orrery.views';

/** The views that this browser remembers. */
export function useViews() {
  const [views, setViews] = useState(() => readViews(localStorage.getItem(SAVED)));
  const keep = (next: readonly SavedView[]) => {
    localStorage.setItem(SAVED, JSON.stringify(next));
    setViews(next);
  };
  return [views, keep] as const;
}

export interface ViewsProps {
  readonly words: URLSearchParams;
  readonly saved: readonly SavedView[];
  readonly keep: (views: readonly SavedView[]) => void;
}

/** Filters by their names: those that everybody asks for, and those that were saved here. */
export function Views({ words, saved, keep }: ViewsProps) {
  return (
    <nav className="views" aria-label="Views">
      {[...BUILT_IN_VIEWS, ...saved].map((view) => (
        <span key={view.name}>
          <Link className="view" to={`?${view.search}`} aria-current={isSameView(view.search, words)}>
            {view.name}
          </Link>
          {saved.includes(view) && isSameView(view.search, words) && (
            <button
              type="button"
              aria-label={`Forget the view ${view.name}`}
              onClick={() => keep(saved.filter((each) => each !== view))}
            >
              <X size={12} />
            </button>
          )}
        </span>
      ))}
    </nav>
  );
}

export interface SaveViewProps {
  readonly save: (name: string) => void;
  readonly close: () => void;
}

export function SaveView({ save, close }: SaveViewProps) {
  const [name, setName] = useState('');
  return (
    <Dialog
      title="Save this view"
      close={close}
      footer={
        <button type="submit" form="save-view" className="button main" disabled={name.trim() === ''}>
          Save
        </button>
      }
    >
      <form
        id="save-view"
        onSubmit={(event) => {
          event.preventDefault();
          save(name.trim());
        }}
      >
        <label className="labelled">
          <span>Name</span>
          <input className="field" value={name} onChange={({ target }) => setName(target.value)} maxLength={40} />
        </label>
        <p className="soft">It is kept in this browser. Whoever has the address sees the same.</p>
      </form>
    </Dialog>
  );
}
