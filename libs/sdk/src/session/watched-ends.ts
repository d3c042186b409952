import type { Json } from '../json.js';
import { AwaitedEnds, type RunEnd } from './awaited-ends.js';
import type { End, SessionStart } from './client-frames.js';
import { PutOffEnds } from './put-off-ends.js';

const WATCHED_DEFAULT = 10_000;

/** What the ends of runs need of their session. */
interface Session {
  /** There is something to ask the server for. */
  sendLater(): void;
  /** The server need not tell this end any more. */
  unwatch(id: string): void;
}

/** The ends that somebody waits for, and which of them the server has been asked for on this connection. */
export class WatchedEnds {
  private readonly ends = new AwaitedEnds();
  private readonly putOff: PutOffEnds;
  /** Runs whose start is not answered yet: it asks for their ends by itself. */
  private readonly starting = new Set<string>();
  /** Those that the server has not been asked for. */
  private unwatched = new Set<string>();
  /** Those that it has, and the most it takes. */
  private readonly watched = new Set<string>();
  private watchedMax = WATCHED_DEFAULT;

  constructor(
    awayForMs: number,
    private readonly session: Session,
  ) {
    this.putOff = new PutOffEnds(awayForMs, (id) => this.watch(id));
  }

  /** How many more the server may be asked for. */
  get room(): number {
    return Math.max(0, this.watchedMax - this.watched.size);
  }

  /** Resolves with the end of a run that is started here, or that the server is asked for. */
  async of<Output = Json>(id: string, signal: AbortSignal | undefined): Promise<RunEnd<Output>> {
    signal?.throwIfAborted();
    const end = await this.ends.of(id, signal, () => {
      this.putOff.remove(id);
      this.unwatched.delete(id);
      if (this.watched.delete(id)) this.session.unwatch(id);
    });
    return end as RunEnd<Output>;
  }

  /** Asks for the end of a run, unless somebody waits for it already. */
  ask(id: string): void {
    if (!this.ends.has(id)) this.unwatched.add(id);
    this.session.sendLater();
  }

  /** The start of a run asks for its end, until it is answered. */
  startedBy(id: string, start: Promise<unknown>): void {
    this.starting.add(id);
    start.then(
      () => {
        this.starting.delete(id);
        if (this.ends.has(id)) this.watch(id);
      },
      (error: Error) => {
        this.starting.delete(id);
        this.putOff.remove(id);
        this.watched.delete(id);
        this.ends.reject(id, error);
      },
    );
  }

  /** These go to the server, and ask for their ends. */
  sent(starts: readonly SessionStart[]): readonly SessionStart[] {
    for (const { id, watch } of starts) if (watch) this.watched.add(id);
    return starts;
  }

  /** This one will have to ask again. */
  paused({ id, watch }: SessionStart): void {
    if (watch) this.watched.delete(id);
  }

  /** On a new connection nobody has been asked yet; a start that is sent again asks by itself. */
  connected(watchedMax = WATCHED_DEFAULT): void {
    this.watchedMax = watchedMax;
    this.watched.clear();
    this.unwatched = new Set(this.ends.ids.filter((id) => !this.starting.has(id)));
  }

  /** Those that the server is asked for now. */
  take(): readonly string[] {
    const ids = [...this.unwatched].slice(0, this.room);
    for (const id of ids) {
      this.unwatched.delete(id);
      this.watched.add(id);
    }
    return ids;
  }

  /** What the server says of an end; what it could not tell just now is asked for again. */
  told(end: End): void {
    this.watched.delete(end.id);
    const mayPass = 'problem' in end && end.problem.retryable && this.ends.has(end.id);
    if (mayPass && this.putOff.add(end.id)) return;
    this.putOff.remove(end.id);
    this.ends.told(end);
  }

  rejectAll(error: Error): void {
    this.putOff.clear();
    this.ends.rejectAll(error);
  }

  /** Asks again, unless the server has been asked already, or will be by the start. */
  private watch(id: string): void {
    if (this.watched.has(id) || this.starting.has(id)) return;
    this.unwatched.add(id);
    this.session.sendLater();
  }
}
