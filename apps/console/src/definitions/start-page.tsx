import { newKey } from '../api/new-key.js';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { Play } from 'lucide-react';
import { useMemo, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { getDefinition, startRun, tryStart } from '../api/definitions.js';
import { Refused } from '../api/request.js';
import { getRun } from '../api/runs.js';
import type { Definition, Fault, Json, JsonObject } from '../api/types.js';
import { initialValue } from '../model/input-schema.js';
import { Failed, InlineProblem, SkeletonRows } from '../parts/states.js';
import { useSettled } from '../parts/use-settled.js';
import { useTitle } from '../parts/use-title.js';
import './definitions.css';
import { SchemaField } from './schema-field.js';
import { StartBeside } from './start-beside.js';

/** Starts a run, from a form that the definition's own schema makes; after another run, with what that was given. */
export function StartPage() {
  const { name = '' } = useParams();
  useTitle(`Start ${name}`);
  const [words] = useSearchParams();
  const from = words.get('from');
  const definition = useQuery({
    queryKey: ['definition', name, 'newest'],
    queryFn: ({ signal }) => getDefinition(name, undefined, signal),
  });
  const before = useQuery({
    queryKey: ['run', from, 'input'],
    queryFn: ({ signal }) => getRun(from!, { signal }),
    enabled: from !== null,
  });
  if (definition.isPending || before.isLoading) return <SkeletonRows />;
  if (definition.isError) return <Failed error={definition.error} retry={() => void definition.refetch()} />;
  return <StartForm definition={definition.data} given={before.data?.input} />;
}

interface StartFormProps {
  readonly definition: Definition;
  readonly given: Json | undefined;
}

const NO_SCHEMA: JsonObject = {};
/** Faults are told where they are: in the field that the pointer leads to. */
const IN_INPUT = /^\/input/;

function StartForm({ definition: { name, document }, given }: StartFormProps) {
  const schema = (document['input'] as JsonObject | undefined) ?? NO_SCHEMA;
  const { input, change, faults, trial, send } = useStart(name, schema, given);
  return (
    <article className="page">
      <header>
        <h1>Start {name}</h1>
        <Link className="link" to={`/definitions/${name}`}>
          What it does
        </Link>
      </header>
      <div className="start">
        <form
          noValidate
          onSubmit={(event) => {
            event.preventDefault();
            send.mutate();
          }}
        >
          {Object.keys(schema).length === 0 && (
            <p className="soft">It asks for no input; whatever is given is passed on.</p>
          )}
          <SchemaField
            schema={schema}
            root={schema}
            value={input}
            change={change}
            pointer=""
            faults={faults}
            isRequired
          />
          <div className="go">
            <button type="submit" className="button main" disabled={send.isPending}>
              <Play size={14} /> Start the run
            </button>
            <span className="soft" aria-live="polite">
              {sayTrial(trial)}
            </span>
          </div>
          {send.isError && faults.length === 0 && <InlineProblem error={send.error} />}
        </form>
        <StartBeside name={name} input={input} change={change} />
      </div>
    </article>
  );
}

/** What is filled in, what the server says of it, and the start itself. */
function useStart(name: string, schema: JsonObject, given: Json | undefined) {
  const [input, setInput] = useState<Json>(() => given ?? initialValue(schema, schema) ?? {});
  const [isTouched, setTouched] = useState(given !== undefined);
  const navigate = useNavigate();
  const start = { definition: name, input };
  const settled = useSettled(start);
  // The same input is the same start, however often the button is pressed.
  const key = useMemo(newKey, [input, name]);
  const trial = useQuery({
    queryKey: ['start-trial', settled],
    queryFn: ({ signal }) => tryStart(settled, signal),
    retry: false,
    placeholderData: keepPreviousData,
  });
  const send = useMutation({
    mutationFn: () => startRun(start, key),
    onMutate: () => setTouched(true),
    onSuccess: ({ id }) => void navigate(`/runs/${id}`),
  });
  const change = (next: Json | undefined) => {
    setTouched(true);
    setInput(next ?? {});
  };
  // What nobody has filled in yet is no mistake.
  return { input, change, trial, send, faults: isTouched ? faultsOf(trial.error) : [] };
}

/** The faults of a refused start, each with its place in the input. */
function faultsOf(error: unknown): readonly Fault[] {
  const faults = error instanceof Refused ? (error.problem.errors ?? []) : [];
  return faults.map((fault) => ({ ...fault, pointer: fault.pointer.replace(IN_INPUT, '') }));
}

interface Trial {
  readonly isFetching: boolean;
  readonly error: unknown;
  readonly data: unknown;
}

function sayTrial({ isFetching, error, data }: Trial): string {
  const faults = faultsOf(error);
  if (isFetching) return 'Checking…';
  if (faults.length > 0) return sayFaults(faults.length);
  return data ? 'Ready to start.' : '';
}

const sayFaults = (count: number) => (count === 1 ? '1 thing is to mend.' : `${count} things are to mend.`);
