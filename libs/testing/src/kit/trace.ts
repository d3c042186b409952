import { type Commit, type Plans, eventsOf, keyOf } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Plan, type WorkflowEvent, taskAt } from '@orrery/domain';

/** Something that happened, and where: on a machine, in the test, or in the log of a run. */
interface Line {
  readonly atMs: number;
  readonly where: string;
  readonly what: string;
}

const LEGEND = '▶ a handler begins   ◀ it has ended   x a machine crashes   ! something goes wrong   » time skips';

/** What happened in a simulation, in its order, with the simulated time since its beginning. */
export class Trace {
  private readonly lines: (Line | { readonly atMs: number; readonly commit: Commit })[] = [];
  private readonly seen = new Set<Commit>();
  private followed = 0;
  private readonly names = new Map<string, string>();
  private readonly plansByRun = new Map<string, Plan>();

  constructor(private readonly now: () => number) {}

  add(where: string, what: string): void {
    this.lines.push({ atMs: this.now(), where, what });
  }

  /** Takes up what has been committed since the last time; true if anything was. */
  follow(committed: readonly Commit[]): boolean {
    if (committed.length === this.followed) return false;
    this.followed = committed.length;
    for (const commit of committed) {
      if (this.seen.has(commit)) continue;
      this.seen.add(commit);
      this.lines.push({ atMs: this.now(), commit });
    }
    return true;
  }

  /** Learns what the tasks of all runs are called. */
  async learn(plans: Plans): Promise<void> {
    for (const commit of this.seen) {
      const [first] = eventsOf<WorkflowEvent>(commit);
      if (first?.event.type !== 'WorkflowStarted') continue;
      this.plansByRun.set(keyOf(commit), await plans.get(DEFAULT_NAMESPACE, first.event.definition.hash));
    }
  }

  /** The whole as text; with `last`, at most so many lines of its end. */
  toText({ last = Infinity }: { readonly last?: number } = {}): string {
    const rows = this.lines.flatMap((line) => ('commit' in line ? this.rowsOf(line) : [line]));
    const times = rows.map(({ atMs }) => clockTime(atMs));
    const [time, where] = [widest(times), widest(rows.map((row) => row.where))];
    const told = rows.map((row, index) =>
      `${times[index]!.padStart(time)}  ${row.where.padEnd(where)}  ${row.what}`.trimEnd(),
    );
    const left = told.length - Math.min(told.length, last);
    const before = left === 0 ? [] : [`... ${left} ${left === 1 ? 'line' : 'lines'} before`];
    return [...before, ...told.slice(left), '', LEGEND].join('\n');
  }

  private rowsOf({ atMs, commit }: { readonly atMs: number; readonly commit: Commit }): Line[] {
    const plan = this.plansByRun.get(keyOf(commit));
    if (!plan) return [];
    const where = this.nameOf(commit, plan);
    return eventsOf<WorkflowEvent>(commit).map(({ event }) => ({ atMs, where, what: told(event, plan) }));
  }

  /** Runs are called after their definition, and counted. */
  private nameOf(commit: Commit, plan: Plan): string {
    const key = keyOf(commit);
    const known = this.names.get(key);
    if (known) return known;
    const count = [...this.names.values()].filter((name) => name.startsWith(`${plan.name}-`)).length;
    const name = `${plan.name}-${count + 1}`;
    this.names.set(key, name);
    return name;
  }
}

function told(event: WorkflowEvent, plan: Plan): string {
  const words: string[] = [event.type];
  const planned = 'task' in event && event.task !== undefined ? taskAt(plan, event.task) : undefined;
  if (planned) words.push(planned.compensates === null ? planned.key : `${planned.key} (undone)`);
  if ('attempt' in event) words.push(`attempt ${event.attempt}`);
  if ('error' in event && event.error) words.push(`${event.error.code}: ${event.error.message.split('\n')[0]}`);
  return words.join(' ');
}

const widest = (texts: readonly string[]) => Math.max(0, ...texts.map(({ length }) => length));

/** `12.345 s`, and beyond a minute `1d 02:03:04.567`. */
export function clockTime(ms: number): string {
  if (ms < 60_000) return `${(ms / 1_000).toFixed(3)} s`;
  const days = Math.floor(ms / 86_400_000);
  const time = new Date(ms % 86_400_000).toISOString().slice(11, 23);
  return days === 0 ? time : `${days}d ${time}`;
}
