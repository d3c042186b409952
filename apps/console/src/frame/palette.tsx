import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { FileStack, Terminal } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { useNavigate } from 'react-router';
import { listDefinitions } from '../api/definitions.js';
import { listRuns } from '../api/runs.js';
import { shortId } from '../model/short-id.js';
import { StateMark } from '../parts/state-mark.js';
import '../parts/dialog.css';
import './palette.css';
import { PLACES } from './places.js';

export interface PaletteCommand {
  readonly label: string;
  readonly run: () => void;
}

export interface PaletteProps {
  readonly close: () => void;
  readonly commands: readonly PaletteCommand[];
}

/** Everything by its name: places, runs, definitions, and what can be done. */
export function Palette({ close, commands }: PaletteProps) {
  const [text, setText] = useState('');
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const shown = dialog.current!;
    shown.showModal();
    shown.querySelector('input')?.focus();
    return () => shown.close();
  }, []);
  const found = useFound(text.trim());
  const [chosen, setChosen] = useChosen(dialog, found);
  const navigate = useNavigate();
  const go = (path: string) => () => {
    close();
    void navigate(path);
  };
  return (
    <dialog
      ref={dialog}
      className="dialog high"
      aria-label="Find"
      onCancel={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <Command className="palette" label="Find" loop value={chosen} onValueChange={setChosen}>
        <Command.Input value={text} onValueChange={setText} placeholder="A run, a definition, a place…" autoFocus />
        <Command.List>
          <Command.Empty>Nothing is called so.</Command.Empty>
          <Command.Group heading="Places">
            {PLACES.map(({ path, label, icon: Icon, letter }) => (
              <Command.Item key={path} value={label} onSelect={go(path)}>
                <Icon size={15} aria-hidden="true" /> {label} <kbd>g</kbd>
                <kbd>{letter}</kbd>
              </Command.Item>
            ))}
          </Command.Group>
          <FoundRuns found={found} go={go} />
          <FoundDefinitions go={go} />
          <Command.Group heading="Commands">
            {commands.map(({ label, run }) => (
              <Command.Item
                key={label}
                value={label}
                onSelect={() => {
                  close();
                  run();
                }}
              >
                <Terminal size={15} aria-hidden="true" /> {label}
              </Command.Item>
            ))}
          </Command.Group>
        </Command.List>
      </Command>
    </dialog>
  );
}

interface FoundProps {
  readonly go: (path: string) => () => void;
}

type Found = ReturnType<typeof useFound>;

function useFound(q: string) {
  const { data } = useQuery({
    queryKey: ['palette-runs', q],
    queryFn: async ({ signal }) => ({ q, ...(await listRuns({ status: [], label: [], q }, { signal, limit: 6 })) }),
    placeholderData: keepPreviousData,
  });
  return data;
}

/** What Enter would take. When that is gone, because other runs were found, it is the first. */
function useChosen(dialog: React.RefObject<HTMLDialogElement | null>, found: Found) {
  const [chosen, setChosen] = useState('');
  useEffect(() => {
    // The list is put in order after this.
    const frame = requestAnimationFrame(() => {
      const items = [...dialog.current!.querySelectorAll<HTMLElement>('[cmdk-item]')];
      const values = items.map((item) => item.dataset['value'] ?? '');
      setChosen((before) => (values.includes(before) ? before : (values[0] ?? '')));
    });
    return () => cancelAnimationFrame(frame);
  }, [dialog, found]);
  return [chosen, setChosen] as const;
}

function FoundRuns({ found, go }: FoundProps & { readonly found: Found }) {
  return (
    <Command.Group heading="Runs">
      {(found?.items ?? []).map(({ id, definition, status }) => (
        // What was searched for is part of the value: the server has found it, whatever it was found by.
        <Command.Item key={id} value={`${definition.name} ${id} ${found?.q ?? ''}`} onSelect={go(`/runs/${id}`)}>
          <StateMark status={status} /> {definition.name} <span className="mono faint">{shortId(id)}</span>
        </Command.Item>
      ))}
    </Command.Group>
  );
}

function FoundDefinitions({ go }: FoundProps) {
  const { data } = useQuery({ queryKey: ['definitions'], queryFn: ({ signal }) => listDefinitions({ signal }) });
  return (
    <Command.Group heading="Definitions">
      {(data?.items ?? []).map(({ name }) => (
        <Command.Item key={name} value={`definition ${name}`} onSelect={go(`/definitions/${name}`)}>
          <FileStack size={15} aria-hidden="true" /> {name}
        </Command.Item>
      ))}
      {(data?.items ?? []).map(({ name }) => (
        <Command.Item key={name} value={`start a run of ${name}`} onSelect={go(`/definitions/${name}/start`)}>
          <Terminal size={15} aria-hidden="true" /> Start a run of {name}
        </Command.Item>
      ))}
    </Command.Group>
  );
}
