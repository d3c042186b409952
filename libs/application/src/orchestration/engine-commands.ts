import { type Namespace, OrreryError, type StreamId, Unavailable, type WorkflowCommand } from '@orrery/domain';
import type { Answer, Envelope, Pending } from '../kernel/envelope.js';
import type { Handle } from '../kernel/handle.js';
import type { Clock } from '../kernel/ports/clock.js';
import type { StreamType } from '../kernel/stream-type.js';

/** The run that a command of the engine's own goes to. */
export interface RunAddress {
  readonly namespace: Namespace;
  readonly workflow: StreamId;
}

/** How a command that nobody waits for ended: it decided something, or nothing, was not wanted, or met a bug. */
export type Ending = 'changed' | 'unchanged' | 'refused' | 'bug';

type Done = (ending: Ending) => void;

const RETRY_MS = 1_000;

/** The commands that the engine sends to runs itself: what became due, what was reported, what was lost. */
export class EngineCommands {
  private stopped = false;
  /** Looks at a run as a whole again; set by the engine, which knows how. */
  reconcile: (run: RunAddress) => void = () => undefined;

  constructor(
    private readonly handle: Handle,
    private readonly workflows: StreamType,
    private readonly clock: Clock,
    private readonly onBug: (error: unknown) => void,
  ) {}

  send({ namespace, workflow }: RunAddress, command: WorkflowCommand): Promise<Answer> {
    return this.handle.handle({ namespace, stream: workflow, type: this.workflows, command });
  }

  /**
   * Sends a command that nobody waits for, until it is decided, or not meant any more: a refusal says that it is no longer
   * needed.
   */
  sendUntilDone(
    run: RunAddress,
    command: WorkflowCommand,
    done: Done = () => undefined,
    isMeant?: Envelope['isMeant'],
  ): void {
    const { namespace, workflow: stream } = run;
    this.submit({ namespace, stream, type: this.workflows, command, isMeant }, done);
  }

  private submit(envelope: Envelope, done: Done): void {
    this.handle.submit(new Unattended(envelope, this.clock.now(), done, this.refused));
  }

  private readonly refused = ({ envelope, done }: Unattended, error: unknown): void => {
    if (this.stopped) done('refused');
    else if (error instanceof Unavailable) this.clock.after(RETRY_MS, () => this.submit(envelope, done));
    else if (error instanceof OrreryError) done('refused');
    else {
      this.onBug(error);
      done('bug');
    }
  };

  /** Does what needs the log, as often as it takes to reach it. Nothing comes of it when the process stops first. */
  async untilReached<T>(work: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (this.stopped) return undefined;
        if (!(error instanceof Unavailable)) throw error;
        await new Promise<void>((resolve) => void this.clock.after(RETRY_MS, resolve));
      }
    }
  }

  stop(): void {
    this.stopped = true;
  }
}

/** A command that nobody waits for. */
class Unattended implements Pending {
  constructor(
    public envelope: Envelope,
    readonly arrivedAt: number,
    readonly done: Done,
    private readonly refused: (command: Unattended, error: unknown) => void,
  ) {}

  resolve({ changed }: Answer): void {
    this.done(changed ? 'changed' : 'unchanged');
  }

  reject(error: unknown): void {
    this.refused(this, error);
  }
}
