import { setTimeout as pause } from 'node:timers/promises';
import { Orrery } from '@orrery/embedded';

// A process of its own that runs Orrery over a database, with handlers of the types that it is told, and starts runs
// when it is asked to. What it needs to know comes as JSON in its first argument; it says what happens to its parent.
const { databaseUrl, types, workMs } = JSON.parse(process.argv[2]!) as Membership;
const orrery = await Orrery.open({ databaseUrl, workerId: `process-${process.pid}` });
for (const type of types) handle(type);
process.on('message', (asked: Asked) => void answer(asked));
say({ ready: true });

/** What a process is to do. */
export interface Membership {
  readonly databaseUrl: string;
  readonly types: readonly string[];
  /** How long a task takes. */
  readonly workMs: number;
}

/** What it is asked: to start runs, to take tasks of one more type, to say which partitions it owns, or to close. */
export type Asked =
  | { readonly start: readonly { readonly id: string; readonly definition: string }[] }
  | { readonly take: string }
  | { readonly owned: true }
  | { readonly close: true };

/** What it says. */
export interface Said {
  readonly ready?: true;
  readonly takes?: string;
  readonly took?: string;
  readonly attempt?: number;
  readonly started?: number;
  readonly owned?: readonly number[];
  readonly closed?: true;
}

function handle(type: string): void {
  orrery.task(type, async (input, { attempt, signal }) => {
    say({ took: type, attempt });
    await pause(workMs, undefined, { signal });
    if (type === 'fails') throw new Error('on purpose');
    return { input, by: process.pid };
  });
}

async function answer(asked: Asked): Promise<void> {
  if ('start' in asked) {
    const { items } = await orrery.workflows.startMany(asked.start);
    say({ started: items.filter((item) => 'id' in item).length });
  } else if ('take' in asked) {
    handle(asked.take);
    say({ takes: asked.take });
  } else if ('owned' in asked) {
    say({ owned: [...orrery['engine'].orchestration.ports.ownership.owned()] });
  } else {
    await orrery.close();
    say({ closed: true });
    process.disconnect();
  }
}

function say(words: Said): void {
  process.send?.(words);
}
