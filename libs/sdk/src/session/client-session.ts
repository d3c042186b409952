import { inBatches } from '../batches.js';
import { checkedJson } from '../checked-json.js';
import type { BatchStarted } from '../client/answers.js';
import type { CallOptions } from '../client/http-connection.js';
import type { CancelOptions, CommandName, StartOptions } from '../client/workflows.js';
import { OrreryUnreachable } from '../errors.js';
import type { Json } from '../json.js';
import { timerMs } from '../longest-timer.js';
import { newId } from '../new-id.js';
import { SocketLink } from '../socket/socket-link.js';
import type { RunEnd } from './awaited-ends.js';
import {
  type ClientFrame,
  type ClientServerFrame,
  FINAL_CLOSES,
  type SessionCommand,
  type SessionStart,
} from './client-frames.js';
import { mustFit } from './must-fit.js';
import { type Request, Requests } from './requests.js';
import { WatchedEnds } from './watched-ends.js';

/** Where a session's server is. */
export interface SessionOptions {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** How long the server may be away before whatever waits for it is rejected, in milliseconds; 60 s if it is not said. */
  readonly awayForMs?: number;
}

type Changed = { readonly id: string; readonly changed: boolean };

const BEAT_EVERY_MS = 5_000;
const AWAY_FOR_MS = 60_000;
/** Sent and not answered: more only waits in the server's buffers. */
const IN_FLIGHT_MAX = 5_000;
const IDS_A_FRAME = 1_000;
/** With more than this unsent nothing more is put into the connection, in bytes. */
const BUFFERED_BYTES_MAX = 4 * 1_048_576;
const LOOK_AGAIN_MS = 10;

/**
 * A client's session over one connection, for volume: what is asked in one turn of the event loop travels together.
 * Everything carries its own id or key, so that after a broken connection it is asked again and happens once.
 */
export class ClientSession {
  private readonly url: string;
  private readonly awayForMs: number;
  private readonly link: SocketLink<ClientServerFrame, ClientFrame>;
  private readonly starts = new Requests<SessionStart, BatchStarted>(
    () => this.sendLater(),
    (start) => this.ends.paused(start),
  );
  private readonly commands = new Requests<SessionCommand, Changed>(() => this.sendLater());
  private readonly ends: WatchedEnds;
  private seq = 0;
  private welcome = false;
  private scheduled = false;
  private away: NodeJS.Timeout | undefined;
  private readonly beating: NodeJS.Timeout;
  /** Why nothing more can be asked. */
  private over: Error | undefined;
  /** The position of the newest write that was answered: a read over HTTP takes it as `atLeast`. */
  position: string | undefined;

  constructor(options: SessionOptions) {
    const { url, headers, awayForMs = AWAY_FOR_MS } = options;
    this.url = url;
    this.awayForMs = awayForMs;
    this.ends = new WatchedEnds(awayForMs, {
      sendLater: () => this.sendLater(),
      unwatch: (id) => this.link.send({ type: 'unwatch', ids: [id] }),
    });
    this.link = new SocketLink(
      { url, path: '/client', headers, finalCloses: FINAL_CLOSES },
      {
        onUp: () => this.link.send({ type: 'hello' }),
        onFrame: (frame) => this.on[frame.type]?.(frame as never),
        onDown: (why) => this.down(why),
        onRefused: (why) => this.end(new Error(why)),
      },
    );
    this.link.open();
    this.waitForServer('no connection yet');
    this.beating = setInterval(() => this.welcome && this.link.send({ type: 'beat' }), BEAT_EVERY_MS);
  }

  /** Starts a run of a definition: its name, `name@version`, or a whole document. Resolves when the start is recorded. */
  start(definition: string | object, options: StartOptions = {}): Promise<BatchStarted> {
    return this.send(this.starts, { definition, ...options, id: options.id ?? newId() });
  }

  /** Starts a run and waits for its end. A run that has started goes on when its signal is aborted. */
  async run<Output = Json>(
    definition: string | object,
    { signal, ...options }: StartOptions & CallOptions = {},
  ): Promise<RunEnd<Output>> {
    signal?.throwIfAborted();
    const id = options.id ?? newId();
    const end = this.endOf<Output>(id, signal);
    const start = this.send(this.starts, { definition, ...options, id, watch: true });
    this.ends.startedBy(id, start);
    return end;
  }

  /** Waits for the end of a run, whoever started it. */
  waitForEnd<Output = Json>(id: string, { signal }: CallOptions = {}): Promise<RunEnd<Output>> {
    this.ends.ask(id);
    return this.endOf(id, signal);
  }

  cancel(id: string, options: CancelOptions = {}): Promise<Changed> {
    return this.command('cancel', id, options);
  }

  pause(id: string): Promise<Changed> {
    return this.command('pause', id);
  }

  resume(id: string): Promise<Changed> {
    return this.command('resume', id);
  }

  retry(id: string): Promise<Changed> {
    return this.command('retry', id);
  }

  /** Sends a signal, for which a task of the run waits or will wait. */
  signal(id: string, name: string, payload: Json = null): Promise<Changed> {
    return this.command('signal', id, { name, payload });
  }

  /** Ends the session. Whatever still waits is rejected; the runs themselves go on. */
  close(): void {
    this.end(new Error('the session was closed'));
  }

  private readonly on: {
    [T in ClientServerFrame['type']]?: (frame: Extract<ClientServerFrame, { type: T }>) => void;
  } = {
    welcome: ({ limits }) => {
      this.welcome = true;
      clearTimeout(this.away);
      this.away = undefined;
      this.ends.connected(limits['watchedRuns']);
      this.sendAll();
    },
    answers: ({ seq, answers, position }) => {
      if (position !== null) this.position = position;
      if (!this.starts.answered(seq, answers as never)) this.commands.answered(seq, answers as never);
      this.sendLater();
    },
    ends: ({ ends }) => {
      for (const end of ends) this.ends.told(end);
      this.sendLater();
    },
  };

  private command(
    command: CommandName,
    id: string,
    more: Omit<SessionCommand, 'command' | 'id' | 'key'> = {},
  ): Promise<Changed> {
    return this.send(this.commands, { command, id, key: newId(), ...more });
  }

  /** What no server would read is refused here: it would cost the whole connection. */
  private async send<Item extends SessionStart | SessionCommand, Answer extends object>(
    requests: Requests<Item, Answer>,
    item: Item,
  ): Promise<Answer> {
    if (this.over) throw this.over;
    const { value, bytes } = checkedJson(item);
    mustFit(item, bytes);
    return requests.add(value as unknown as Item, bytes);
  }

  private async endOf<Output>(id: string, signal: AbortSignal | undefined): Promise<RunEnd<Output>> {
    if (this.over) throw this.over;
    return this.ends.of(id, signal);
  }

  /** Together with whatever else is asked in the same turn. */
  private sendLater(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.sendAll();
    });
  }

  private sendAll(): void {
    // Without a connection everything waits for the next welcome.
    if (!this.welcome) return;
    if (this.link.bufferedBytes > BUFFERED_BYTES_MAX) return void setTimeout(() => this.sendLater(), LOOK_AGAIN_MS);
    this.watchSome();
    this.sendSome(this.commands, this.room, (seq, commands) => ({ type: 'commands', seq, commands }));
    const room = Math.min(this.room, this.ends.room);
    this.sendSome(this.starts, room, (seq, starts) => ({ type: 'starts', seq, starts: this.ends.sent(starts) }));
  }

  private get room(): number {
    return IN_FLIGHT_MAX - this.starts.inFlight - this.commands.inFlight;
  }

  private watchSome(): void {
    const ids = this.ends.take();
    for (let at = 0; at < ids.length; at += IDS_A_FRAME)
      this.link.send({ type: 'watch', ids: ids.slice(at, at + IDS_A_FRAME) });
  }

  private sendSome<Item, Answer extends object>(
    requests: Requests<Item, Answer>,
    room: number,
    frameOf: (seq: number, items: readonly Item[]) => ClientFrame,
  ): void {
    for (const some of inBatches<Request<Item, Answer>>(requests.take(room))) {
      const seq = ++this.seq;
      requests.track(seq, some);
      this.link.send(
        frameOf(
          seq,
          some.map(({ item }) => item),
        ),
      );
    }
  }

  private down(why: string): void {
    this.welcome = false;
    this.starts.recall();
    this.commands.recall();
    this.waitForServer(why);
  }

  private waitForServer(why: string): void {
    this.away ??= setTimeout(() => {
      this.away = undefined;
      this.rejectAll(new OrreryUnreachable(this.url, why));
    }, timerMs(this.awayForMs));
  }

  private end(error: Error): void {
    this.over = error;
    clearInterval(this.beating);
    clearTimeout(this.away);
    this.link.close();
    this.rejectAll(error);
  }

  private rejectAll(error: Error): void {
    this.starts.rejectAll(error);
    this.commands.rejectAll(error);
    this.ends.rejectAll(error);
  }
}
