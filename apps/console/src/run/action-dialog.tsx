import { newKey } from '../api/new-key.js';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';
import { sendCommand, tryCommand } from '../api/runs.js';
import type { Json, Run } from '../api/types.js';
import { type Action, type ActionWords, commandOf, effectOf } from '../model/actions.js';
import { Dialog } from '../parts/dialog.js';
import { InlineProblem } from '../parts/states.js';

export interface ActionDialogProps {
  readonly run: Run;
  readonly action: Action;
  readonly close: () => void;
}

/** An action before it is done: what it needs to know, and what would happen. */
export function ActionDialog({ run, action, close }: ActionDialogProps) {
  const [words, setWords] = useState<ActionWords>({ compensate: true, payload: null });
  const { trial, send, isComplete } = useAction(run, action, { words, close });
  const lines = isComplete ? (trial.data ? effectOf(run, trial.data) : ['Asking…']) : ['Say which signal it is.'];
  return (
    <Dialog
      title={`${action.label} ${run.definition.name}`}
      close={close}
      footer={
        <>
          <button type="button" className="button plain" onClick={close}>
            Not now
          </button>
          <button
            type="button"
            className={buttonOf(action)}
            disabled={!isComplete || trial.isError || !trial.data || send.isPending}
            onClick={() => send.mutate()}
          >
            {action.label} the run
          </button>
        </>
      }
    >
      <p className="soft">{action.means}</p>
      {action.name === 'cancel' && <CancelWords words={words} set={setWords} />}
      {action.name === 'signal' && <SignalWords words={words} set={setWords} run={run} />}
      <h3>What would happen</h3>
      {trial.isError ? <InlineProblem error={trial.error} /> : <Effect lines={lines} />}
      {send.isError && <InlineProblem error={send.error} />}
    </Dialog>
  );
}

const buttonOf = ({ isGrave }: Action) => (isGrave ? 'button main grave' : 'button main');

interface Asking {
  readonly words: ActionWords;
  readonly close: () => void;
}

/** What an action would do, asked anew with each word; and the doing of it. */
function useAction(run: Run, action: Action, { words, close }: Asking) {
  // One key for one intent: however often it is sent, it is done once.
  const [key] = useState(() => newKey());
  const queries = useQueryClient();
  const navigate = useNavigate();
  const command = commandOf(run.id, action.name, words);
  const isComplete = action.name !== 'signal' || (words.signal ?? '') !== '';
  const trial = useQuery({
    queryKey: ['trial', command, run.version],
    queryFn: ({ signal }) => tryCommand(command, signal),
    enabled: isComplete,
    retry: false,
    placeholderData: keepPreviousData,
  });
  const send = useMutation({
    mutationFn: () => sendCommand(command, key),
    onSuccess: async () => {
      close();
      if (action.name === 'delete') await navigate('/runs');
      await queries.invalidateQueries({ queryKey: ['run', run.id, 'now'] });
    },
  });
  return { trial, send, isComplete };
}

function Effect({ lines }: { readonly lines: readonly string[] }) {
  return (
    <ul className="effect" aria-live="polite">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  );
}

interface WordsProps {
  readonly words: ActionWords;
  readonly set: (words: ActionWords) => void;
}

function CancelWords({ words, set }: WordsProps) {
  return (
    <>
      <label className="labelled">
        <span>Reason</span>
        <input
          className="field"
          value={words.reason ?? ''}
          placeholder="Kept in the history, for whoever asks later"
          maxLength={1_000}
          onChange={({ target }) => set({ ...words, reason: target.value })}
        />
      </label>
      <label className="checked">
        <input
          type="checkbox"
          checked={words.compensate}
          onChange={({ target }) => set({ ...words, compensate: target.checked })}
        />
        Undo what was completed
      </label>
    </>
  );
}

/** The signal that a run waits for, as its sentence says it. */
const awaited = ({ tasks }: Run) =>
  tasks.flatMap(({ waitingFor }) => /waits for the signal "([^"]+)"/.exec(waitingFor ?? '')?.[1] ?? []);

function SignalWords({ words, set, run }: WordsProps & { readonly run: Run }) {
  const [payload, setPayload] = useState('{}');
  const names = awaited(run);
  const read = (text: string) => {
    setPayload(text);
    set({ ...words, payload: parsed(text) });
  };
  return (
    <>
      <label className="labelled">
        <span>Signal</span>
        <input
          className="field"
          list="signals"
          value={words.signal ?? ''}
          placeholder={names[0] ?? 'Its name'}
          onChange={({ target }) => set({ ...words, signal: target.value, payload: parsed(payload) })}
        />
        <datalist id="signals">
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
      </label>
      <label className="labelled">
        <span>Payload, in JSON</span>
        <textarea
          className="field"
          rows={5}
          value={payload}
          aria-invalid={parsed(payload) === undefined}
          onChange={({ target }) => read(target.value)}
        />
      </label>
    </>
  );
}

/** What the text says; undefined, if it is no JSON. */
function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
