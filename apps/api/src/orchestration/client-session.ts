import type { CommandBus } from '@nestjs/cqrs';
import {
  ANONYMOUS,
  type BatchItem,
  type Clock,
  type EndingsParts,
  type Position,
  type PositionTokens,
  type RunEnding,
  SendToWorkflow,
  SubmitWorkflows,
  WatchedRuns,
} from '@orrery/application';
import { type RequestFault, SESSION_LIMITS, invalidRequest, parsePart, problemOfItem } from '@orrery/contract';
import type { Json, StreamId } from '@orrery/domain';
import type { z } from 'zod';
import {
  type ClientAnswer,
  type ClientEnd,
  type ClientFrame,
  type ClientServerFrame,
  clientCommand,
  clientStart,
} from '../contract/client-frames.js';
import { CLOSE } from '../contract/closes.js';
import type { Bugs } from '../http/bugs.js';
import type { FrameSession } from '../http/frame-sessions.js';
import type { FrameSocket } from '../http/frame-socket.js';
import { commandOf } from './client-commands.js';

/** What a client's session needs of the process it is in. */
export interface ClientSessionParts extends EndingsParts {
  readonly commands: CommandBus;
  readonly tokens: PositionTokens;
  readonly bugs: Bugs;
  readonly clock: Clock;
}

type Start = z.output<typeof clientStart>;
interface Settled {
  readonly answer: ClientAnswer;
  readonly position?: Position;
}

/** How often a reader that was too slow is looked at again, in milliseconds. */
const LOOK_AGAIN_MS = 50;

/** A client over a socket: starts, commands and the ends of its runs, many in each frame. */
export class ClientSession implements FrameSession<ClientFrame> {
  private readonly runs: WatchedRuns;
  private ends: string[] = [];
  private unanswered = 0;
  private slow = false;
  private ended = false;
  private whenAnswered: (() => void)[] = [];

  constructor(
    private readonly socket: FrameSocket<ClientServerFrame>,
    private readonly sessionId: string,
    private readonly parts: ClientSessionParts,
  ) {
    this.runs = new WatchedRuns(parts, {
      onEnd: (id, ending) => this.tellEnd(shownEnd(id, ending)),
      onRefused: (id, error) => this.tellEnd({ id, problem: this.problem(error) }),
    });
  }

  start(): void {
    this.socket.send({ type: 'welcome', sessionId: this.sessionId, limits: SESSION_LIMITS });
  }

  readonly on: FrameSession<ClientFrame>['on'] = {
    starts: ({ seq, starts }) => void this.answer(seq, starts.length, this.startAll(starts)),
    commands: ({ seq, commands }) =>
      void this.answer(seq, commands.length, Promise.all(commands.map((each) => this.command(each)))),
    watch: ({ ids }) => {
      for (const id of ids) this.watch(id);
      // One that is watched already has ended unheard of, if the client asks again.
      for (const id of ids) void this.runs.look(id);
    },
    unwatch: ({ ids }) => {
      for (const id of ids) this.runs.remove(id);
    },
    beat: () => this.socket.send({ type: 'beat' }),
  };

  end(): void {
    this.ended = true;
    this.runs.clear();
  }

  async leave(): Promise<void> {
    this.socket.send({ type: 'drain' });
    if (this.unanswered > 0) await new Promise<void>((resolve) => this.whenAnswered.push(resolve));
    this.socket.close(CLOSE.goingAway, 'the server stops: connect again');
  }

  /** Those of one frame are decided together, as a rule in one commit. */
  private async startAll(items: readonly Json[]): Promise<readonly Settled[]> {
    const starts = items.map((item) => readItem(clientStart, item));
    // Listening begins before the start, so that no end falls between the two.
    const watched = starts.flatMap((start) => (start instanceof Error || !start.watch ? [] : [start.id]));
    for (const id of watched) this.watch(id, 'expect');
    const submit = new SubmitWorkflows(ANONYMOUS, starts.map(requestOf), items as Json);
    const settled = await this.parts.commands
      .execute(submit)
      .finally(() => watched.forEach((id) => this.runs.begun(id)));
    return settled.map((each, index) => {
      const start = starts[index]!;
      if (each.status === 'rejected') {
        if (!(start instanceof Error)) this.runs.remove(start.id);
        return { answer: { problem: this.problem(each.reason) } };
      }
      const { id, status, definition, created, position } = each.value;
      // A start that was taken before may have ended before, too.
      if (!created && !(start instanceof Error) && start.watch) void this.runs.look(start.id);
      return { answer: { id, status, definition, created }, position };
    });
  }

  private async command(item: Json): Promise<Settled> {
    try {
      const read = readItem(clientCommand, item);
      if (read instanceof Error) throw read;
      const context = { ...ANONYMOUS, idempotencyKey: read.key };
      const { changed, position } = await this.parts.commands.execute(
        new SendToWorkflow(context, read.id, commandOf(read)),
      );
      return { answer: { id: read.id, changed }, position };
    } catch (error) {
      return { answer: { problem: this.problem(error) } };
    }
  }

  private async answer(seq: number, many: number, settling: Promise<readonly Settled[]>): Promise<void> {
    this.countUnanswered(many);
    const settled = await settling.catch((error: unknown) => {
      const answer = { problem: this.problem(error) };
      return Array.from({ length: many }, (): Settled => ({ answer }));
    });
    const positions = settled.flatMap(({ position }) => position ?? []);
    const position = positions.length === 0 ? null : this.parts.tokens.writeAll(positions);
    this.socket.send({ type: 'answers', seq, answers: settled.map(({ answer }) => answer), position });
    this.countUnanswered(-many);
  }

  private watch(id: StreamId, how: 'add' | 'expect' = 'add'): void {
    const { watchedRuns } = SESSION_LIMITS;
    if (this.ended || this.runs.size >= watchedRuns)
      return this.socket.end(CLOSE.tooSlow, `more than ${watchedRuns} runs are waited for (sessionWatchedRuns)`);
    this.runs[how](id);
  }

  /** Many end in one turn: they are told together. */
  private tellEnd(end: ClientEnd): void {
    if (this.ends.push(JSON.stringify(end)) > 1) return;
    setImmediate(() => {
      const ends = this.ends;
      this.ends = [];
      for (const frame of endFrames(ends)) this.socket.sendText(frame);
      if (this.socket.bufferedBytes > SESSION_LIMITS.bufferedBytes) this.waitForReader();
    });
  }

  private countUnanswered(change: number): void {
    this.unanswered += change;
    this.readOrWait();
    if (this.unanswered === 0) for (const resolve of this.whenAnswered.splice(0)) resolve();
  }

  /** Nothing more is begun for who does not read what came of the rest. */
  private waitForReader(): void {
    if (this.slow) return;
    this.slow = true;
    const look = () => {
      if (this.ended) return;
      if (this.socket.bufferedBytes > SESSION_LIMITS.bufferedBytes)
        return void this.parts.clock.after(LOOK_AGAIN_MS, look);
      this.slow = false;
      this.readOrWait();
    };
    this.parts.clock.after(LOOK_AGAIN_MS, look);
    this.readOrWait();
  }

  private readOrWait(): void {
    const mustWait = this.slow || this.unanswered > SESSION_LIMITS.requestsInFlight;
    if (mustWait && !this.socket.isPaused) this.socket.pause();
    if (!mustWait && this.socket.isPaused) this.socket.resume();
  }

  private problem(error: unknown) {
    return problemOfItem(this.parts.bugs.refusal(error, this.sessionId));
  }
}

function readItem<Schema extends z.ZodType>(schema: Schema, item: Json) {
  const faults: RequestFault[] = [];
  return parsePart('body', schema, item, faults) ?? invalidRequest(faults);
}

function requestOf(start: Start | ReturnType<typeof invalidRequest>): BatchItem {
  if (start instanceof Error) return start;
  const { watch: _, ...request } = start;
  return request;
}

function shownEnd(id: StreamId, { status, output, error }: RunEnding): ClientEnd {
  return { id, status, output, error };
}

/** Ends as frames, many in each, none much larger than a frame should be. */
function* endFrames(ends: readonly string[]): Iterable<string> {
  let some: string[] = [];
  let size = 0;
  for (const end of ends) {
    if (some.length > 0 && size + end.length > SESSION_LIMITS.frameBytes / 4) {
      yield endFrame(some);
      [some, size] = [[], 0];
    }
    some.push(end);
    size += end.length;
  }
  if (some.length > 0) yield endFrame(some);
}

function endFrame(ends: readonly string[]): string {
  return `{"type":"ends","ends":[${ends.join()}]}`;
}
