import type { Json, WorkflowEvent } from '@orrery/domain';
import { Facts } from './facts.js';
import { type Part, itemsOf, partsOf } from './part.js';
import { type WrittenDefinition, read, undoesOnFailure } from './written.js';

/**
 * A run, by the simplest engine that can be: one thread, no log, no time, no faults. It is told what nobody can foresee
 * (how attempts ended, which signals and commands came, and in which order), one decision after the other, and says
 * what must come of each. It knows nothing of the engine but what its events look like.
 */
export class RunModel {
  readonly parts: Map<number, Part>;
  readonly tasks: readonly Part[];
  status: 'running' | 'completed' | 'failed' | 'compensated' | 'cancelled' = 'running';
  paused = false;
  stop: { readonly cause: string; readonly compensate: boolean } | undefined;
  /** Something failed for good, and nobody has said yet that the run stops. */
  failing: number | undefined;
  compensating = false;
  undoFailed = false;
  /** What is still to be undone, in the order in which it was completed. */
  readonly undo: Part[] = [];
  readonly signals: { readonly name: string; readonly payload: Json }[] = [];
  input: Json = null;
  /** What was accepted in this decision: what comes after it may begin. */
  private news: Part[] = [];
  /** What waits for a signal, longest first. */
  private waiting: Part[] = [];
  private derived: string[] = [];
  private readonly facts = new Facts(this);

  constructor(private readonly definition: WrittenDefinition) {
    const parts = partsOf(definition);
    this.parts = new Map(parts.map((part) => [part.number, part]));
    this.tasks = parts;
  }

  /** One decision of the engine: nothing, or how it differs from what had to be decided. */
  decision(events: readonly WorkflowEvent[]): string | undefined {
    this.derived = [];
    this.news = [];
    const told: string[] = [];
    for (const event of events) {
      const objection = this.facts.see(event, told);
      if (objection !== undefined) return objection;
    }
    this.goOn();
    this.lineUp(events);
    const [must, does] = [this.derived.sort().join(', '), told.sort().join(', ')];
    return must === does ? undefined : `it had to decide "${must}", and decided "${does}"`;
  }

  /** Whatever is not done may begin. */
  begin(): void {
    this.news = this.tasks.filter(({ output, undoes }) => output === undefined && undoes === undefined);
  }

  accept(part: Part, value: Json): void {
    part.output = { value };
    this.news.push(part);
  }

  complete(part: Part, value: Json): void {
    part.status = 'completed';
    if (part.undoes !== undefined) return this.undone(part.undoes);
    this.accept(part, value);
  }

  /** An attempt failed; whether another one follows. */
  fail(part: Part): boolean {
    part.failures += 1;
    const stops = this.stop !== undefined || this.failing !== undefined;
    const again = part.failures < part.attemptsMax && (part.undoes !== undefined || !stops);
    part.status = again ? 'retrying' : 'failed';
    if (again) return true;
    if (part.undoes !== undefined) {
      this.parts.get(part.undoes)!.status = 'completed';
      this.undoFailed = true;
    } else if (!stops) this.failForGood(part);
    return false;
  }

  private failForGood(part: Part): void {
    if (part.written.optional) return this.accept(part, null);
    this.failing = part.number;
    if (part.list !== undefined) this.parts.get(part.list)!.status = 'failed';
  }

  /** Nothing begins any more: what nobody is at is cancelled. */
  stopAll(cause: string, compensate: boolean): void {
    this.stop = { cause, compensate };
    this.failing = undefined;
    for (const part of this.parts.values()) {
      const isIdle = ['pending', 'asleep', 'retrying'].includes(part.status);
      const isList = part.items !== undefined && part.status === 'open';
      if (part.undoes === undefined && (isIdle || isList)) part.status = 'cancelled';
    }
  }

  private undone(number: number): void {
    this.parts.get(number)!.status = 'compensated';
    this.undo.pop();
  }

  private goOn(): void {
    this.giveSignals();
    if (this.failing !== undefined) {
      this.stopAll('failed', undoesOnFailure(this.definition));
      this.derived.push('stop');
    }
    if (this.paused || this.status !== 'running') return;
    if (this.stop) return this.unwind(this.stop);
    for (const part of this.news) this.beginAfter(part);
    if (!this.tasks.every(({ output, undoes }) => output !== undefined || undoes !== undefined)) return;
    this.end('completed', read(this.definition.output ?? null, this.readable));
  }

  private beginAfter(part: Part): void {
    if (part.list !== undefined) return this.goOnWithList(this.parts.get(part.list)!);
    if (part.output === undefined) this.beginIfReady(part);
    else for (const number of part.before) this.beginIfReady(this.parts.get(number)!);
  }

  private beginIfReady(part: Part): void {
    if (part.items !== undefined) return this.goOnWithList(part);
    const isReady = part.after.every((number) => this.parts.get(number)!.output !== undefined);
    if (part.status !== 'pending' || part.undoes !== undefined || !isReady) return;
    if (read(part.written.when ?? true, this.readable) === false) {
      part.status = 'skipped';
      this.derive('skip', part, part.attempt + 1);
      return this.accept(part, null);
    }
    if (part.written.forEach === undefined) return this.open(part);
    part.attempt += 1;
    part.status = 'open';
    part.items = read(part.written.forEach, this.readable) as readonly Json[];
    for (const item of itemsOf(part, this.tasks)) this.parts.set(item.number, item);
    this.derive('expand', part);
    this.goOnWithList(part);
  }

  private goOnWithList(list: Part): void {
    if (list.status !== 'open') return;
    const items = [...this.parts.values()].filter((part) => part.list === list.number);
    const active = items.filter(({ status }) => status === 'open' || status === 'retrying').length;
    const room = (list.written.concurrency ?? Infinity) - active;
    for (const item of items.filter(({ status }) => status === 'pending').slice(0, room)) this.open(item);
    if (!items.every(({ output }) => output !== undefined)) return;
    list.status = 'completed';
    this.derive('collect', list);
    this.accept(
      list,
      items.map(({ output }) => output!.value),
    );
  }

  /** An attempt begins; some end at once. */
  private open(part: Part): void {
    part.attempt += 1;
    const { type, input = null } = part.written;
    const signal = type === 'wait' ? (input as { signal: string }).signal : undefined;
    const kept = this.signals.findIndex(({ name }) => name === signal);
    if (type === 'noop') return this.completeAtOnce(part, read(input, this.readable));
    if (kept >= 0) return this.completeAtOnce(part, this.signals.splice(kept, 1)[0]!.payload);
    part.status = type === 'wait' || type === 'sleep' ? 'asleep' : 'open';
    if (type === 'wait') this.waiting.push(part);
    this.derive('begin', part);
  }

  private completeAtOnce(part: Part, value: Json): void {
    this.derive('complete', part);
    this.complete(part, value);
  }

  /** Of what begins to wait at once the log alone says who is first. */
  private lineUp(events: readonly WorkflowEvent[]): void {
    const began = events.flatMap((event) => (event.type === 'TaskStarted' ? [this.parts.get(event.task)!] : []));
    const newest = began.filter((part) => this.waiting.includes(part));
    this.waiting = [...this.waiting.filter((part) => !newest.includes(part)), ...newest];
  }

  /** Who has waited longest for a signal takes it. */
  private giveSignals(): void {
    this.waiting = this.waiting.filter(({ status }) => status === 'asleep');
    for (const signal of [...this.signals]) {
      const part = this.waiting.find(({ written }) => (written.input as { signal: string }).signal === signal.name);
      if (!part) continue;
      this.waiting.splice(this.waiting.indexOf(part), 1);
      this.signals.splice(this.signals.indexOf(signal), 1);
      this.completeAtOnce(part, signal.payload);
    }
  }

  /** In a run that stops: nobody may be at anything any more, then one thing after the other is undone, then it ends. */
  private unwind({ cause, compensate }: NonNullable<RunModel['stop']>): void {
    const isBusy = ({ status, undoes }: Part) => status === 'open' || (status === 'retrying' && undoes !== undefined);
    if ([...this.parts.values()].some((part) => part.items === undefined && isBusy(part))) return;
    if (this.undoFailed) return this.end('failed', this.undo.map(({ number }) => number).reverse());
    const next = compensate ? this.undo.at(-1) : undefined;
    if (!next && cause === 'cancelled') return this.end('cancelled');
    if (!next) return compensate ? this.end('compensated') : this.end('failed', []);
    if (!this.compensating) this.derived.push('compensate');
    this.compensating = true;
    next.status = 'compensating';
    const undoing = this.parts.get(next.undoneBy!)!;
    this.open(undoing);
    if (undoing.status === 'completed') this.unwind({ cause, compensate });
  }

  private end(status: RunModel['status'], detail: Json = null): void {
    this.status = status;
    this.derived.push(`end ${status} ${JSON.stringify(detail)}`);
  }

  private derive(what: string, { number }: Part, attempt = this.parts.get(number)!.attempt): void {
    this.derived.push(`${what} ${number}.${attempt}`);
  }

  private get readable() {
    const done = this.tasks.filter(({ output }) => output !== undefined);
    return { input: this.input, tasks: new Map(done.map(({ key, output }) => [key, output!.value])) };
  }
}
