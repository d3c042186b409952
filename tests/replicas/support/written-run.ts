import { ANONYMOUS, type Orchestration, type Position, SendToWorkflow, SubmitWorkflow } from '@orrery/application';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, type StreamId } from '@orrery/domain';
import type { Chance } from './chance.js';

const DEFINITION = { orrery: 'v1', name: 'waits', tasks: { wait: { type: 'wait', input: { signal: 'never' } } } };

/** A run that one writer writes to, one write after another; it begins a new one now and then. */
export class WrittenRun {
  private id: StreamId | undefined;
  private isPaused = false;

  constructor(
    private readonly orchestration: Orchestration,
    private readonly chance: Chance,
  ) {}

  /** Writes something, and tells where that stands. */
  async write(): Promise<Position> {
    const { id } = this;
    if (id === undefined) return this.start();
    if (this.chance.next() < 0.2) {
      this.id = undefined;
      return this.send(id, new CancelWorkflow({}));
    }
    this.isPaused = !this.isPaused;
    return this.send(id, this.isPaused ? new PauseWorkflow({}) : new ResumeWorkflow({}));
  }

  private async start(): Promise<Position> {
    const { submitWorkflow } = this.orchestration.commandHandlers;
    const { id, position } = await submitWorkflow.execute(new SubmitWorkflow(ANONYMOUS, { definition: DEFINITION }));
    this.id = id;
    this.isPaused = false;
    return position;
  }

  private async send(id: StreamId, command: CancelWorkflow | PauseWorkflow | ResumeWorkflow): Promise<Position> {
    const { sendToWorkflow } = this.orchestration.commandHandlers;
    return (await sendToWorkflow.execute(new SendToWorkflow(ANONYMOUS, id, command))).position;
  }
}
