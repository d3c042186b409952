import { newKey } from '../api/new-key.js';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { deadLetterCommand, getDeadLetter } from '../api/operations.js';
import { sendCommand, tryCommand } from '../api/runs.js';
import type { DeadLetterDetails, Json } from '../api/types.js';
import { Dialog } from '../parts/dialog.js';
import { JsonSection } from '../parts/json-section.js';
import { Failed, InlineProblem, SkeletonRows } from '../parts/states.js';

export interface DeadLetterDialogProps {
  readonly id: string;
  readonly close: () => void;
}

/** One message that was set aside: what it is, why, and what can be done with it. */
export function DeadLetterDialog({ id, close }: DeadLetterDialogProps) {
  const letter = useQuery({ queryKey: ['dead-letter', id], queryFn: ({ signal }) => getDeadLetter(id, signal) });
  return (
    <Dialog title="Dead letter" close={close} footer={letter.data && <Commands letter={letter.data} close={close} />}>
      {letter.isPending && <SkeletonRows rows={4} />}
      {letter.isError && <Failed error={letter.error} retry={() => void letter.refetch()} />}
      {letter.data && <Letter letter={letter.data} />}
    </Dialog>
  );
}

function Letter({ letter }: { readonly letter: DeadLetterDetails }) {
  const { reason, detail, bytes, redrives, truncated, message } = letter;
  const { body, encoding, ...about } = message;
  return (
    <>
      <p>
        <span className="mono">{reason}</span>: {detail}
      </p>
      <p className="soft">
        {bytes.toLocaleString('en')} bytes, sent again {redrives === 1 ? 'once' : `${redrives} times`}.
        {truncated && ' Only its beginning was kept, so that it cannot be sent again.'}
      </p>
      <section>
        <h3>Body{encoding === 'base64' ? ', in base64' : ''}</h3>
        <pre className="code wraps" tabIndex={0}>
          {body}
        </pre>
      </section>
      <JsonSection title="What came with it" value={about as unknown as Json} />
    </>
  );
}

const WORDS = {
  redrive: { label: 'Send again', effect: 'The message goes to where it was set aside from, as it was.' },
  drop: { label: 'Give up', effect: 'The message is kept, and never sent again.' },
} as const;

function Commands({ letter, close }: { readonly letter: DeadLetterDetails; readonly close: () => void }) {
  const [name, setName] = useState<keyof typeof WORDS>();
  const [key] = useState(() => newKey());
  const queries = useQueryClient();
  const trial = useQuery({
    queryKey: ['letter-trial', letter.id, name],
    queryFn: ({ signal }) => tryCommand(deadLetterCommand(letter.id, name!), signal),
    enabled: name !== undefined,
    retry: false,
  });
  const send = useMutation({
    mutationFn: () => sendCommand(deadLetterCommand(letter.id, name!), `${key}-${name}`),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ['dead-letters'] });
    },
  });
  if (name === undefined) {
    return (Object.keys(WORDS) as (keyof typeof WORDS)[]).map((each) => (
      <button key={each} type="button" className="button" onClick={() => setName(each)}>
        {WORDS[each].label}
      </button>
    ));
  }
  return (
    <>
      {trial.error || send.error ? (
        <InlineProblem error={trial.error ?? send.error} />
      ) : (
        <span className="soft">{trial.data?.length === 0 ? 'Nothing would change.' : WORDS[name].effect}</span>
      )}
      <button type="button" className="button plain" onClick={() => setName(undefined)}>
        Not now
      </button>
      <button
        type="button"
        className="button main"
        disabled={!trial.data?.length || send.isPending}
        onClick={() => send.mutate()}
      >
        {WORDS[name].label}
      </button>
    </>
  );
}
