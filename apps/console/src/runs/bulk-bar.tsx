import { newKey } from '../api/new-key.js';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { sendCommand, tryCommand } from '../api/runs.js';
import type { RunSummary } from '../api/types.js';
import { type ActionName, commandOf } from '../model/actions.js';
import { Dialog } from '../parts/dialog.js';
import { problemOf } from '../parts/states.js';
import { useKeys } from '../parts/use-keys.js';

export interface BulkBarProps {
  readonly runs: readonly RunSummary[];
  readonly clear: () => void;
}

const BULK: readonly { readonly name: ActionName; readonly label: string; readonly done: string }[] = [
  { name: 'pause', label: 'Pause', done: 'paused' },
  { name: 'resume', label: 'Resume', done: 'resumed' },
  { name: 'retry', label: 'Retry', done: 'retried' },
  { name: 'cancel', label: 'Cancel', done: 'cancelled' },
];

/** What can be done to the chosen runs together. */
export function BulkBar({ runs, clear }: BulkBarProps) {
  const [asked, setAsked] = useState<(typeof BULK)[number]>();
  const compare = comparison(runs);
  const navigate = useNavigate();
  useKeys({ c: () => compare && void navigate(compare) });
  return (
    <div className="bulk" role="region" aria-label="Chosen runs">
      <span>{runs.length === 1 ? '1 run' : `${runs.length} runs`}</span>
      {BULK.map((action) => (
        <button key={action.name} type="button" className="button plain" onClick={() => setAsked(action)}>
          {action.label}
        </button>
      ))}
      {compare && (
        <Link className="button plain" to={compare}>
          Compare
        </Link>
      )}
      <button type="button" className="button plain" onClick={clear}>
        Clear
      </button>
      {asked && <BulkDialog action={asked} runs={runs} close={() => setAsked(undefined)} done={clear} />}
    </div>
  );
}

/** Where two runs are compared, the older one first; undefined for any other number of them. */
function comparison(runs: readonly RunSummary[]): string | undefined {
  if (runs.length !== 2) return undefined;
  const [older, newer] = [...runs].sort((a, b) => a.startedAt.localeCompare(b.startedAt));
  return `/runs/compare?runs=${older!.id},${newer!.id}`;
}

interface BulkDialogProps {
  readonly action: (typeof BULK)[number];
  readonly runs: readonly RunSummary[];
  readonly close: () => void;
  readonly done: () => void;
}

function BulkDialog({ action, runs, close, done }: BulkDialogProps) {
  const queries = useQueryClient();
  const [isSending, setSending] = useState(false);
  const tries = useQueries({
    queries: runs.map(({ id, version }) => ({
      queryKey: ['bulk', action.name, id, version],
      queryFn: ({ signal }: { signal: AbortSignal }) => tryCommand(commandOf(id, action.name, {}), signal),
      retry: false,
    })),
  });
  const willing = runs.filter((_, index) => (tries[index]?.data?.length ?? 0) > 0);
  const refused = tries.flatMap(({ error }) => (error ? [problemOf(error).detail] : []));
  const unchanged = tries.filter(({ data }) => data?.length === 0).length;
  const isReady = tries.every(({ isPending }) => !isPending);
  const send = async () => {
    setSending(true);
    await Promise.allSettled(willing.map(({ id }) => sendCommand(commandOf(id, action.name, {}), newKey())));
    await queries.invalidateQueries();
    done();
    close();
  };
  return (
    <Dialog
      title={`${action.label} ${runs.length} runs`}
      close={close}
      footer={
        <button
          type="button"
          className={`button main`}
          disabled={!isReady || isSending || willing.length === 0}
          onClick={() => void send()}
        >
          {action.label} {willing.length}
        </button>
      }
    >
      <ul className="effect" aria-live="polite">
        {!isReady && <li>Asking what would happen…</li>}
        {isReady && <li>{`${willing.length} would be ${action.done}.`}</li>}
        {unchanged > 0 && <li>{`${unchanged} are so already.`}</li>}
        {countEqual(refused).map(([words, count]) => (
          <li key={words}>{`${count} would be refused: ${words}.`}</li>
        ))}
      </ul>
    </Dialog>
  );
}

/** Reasons name their run: without it they are the same. */
function countEqual(reasons: readonly string[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const reason of reasons) {
    const plain = reason.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'the run');
    counts.set(plain, (counts.get(plain) ?? 0) + 1);
  }
  return [...counts];
}
