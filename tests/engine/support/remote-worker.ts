import { type HandedTask, WorkerSession } from '@orrery/application';
import { DEFAULT_NAMESPACE, type Json, type ReportedFailure, type TaskId, parseTaskId } from '@orrery/domain';
import type { Process } from './world.js';

/** A worker outside the engine's process: it has slots, is told things, and says what a spec has it say. */
export class RemoteWorker extends WorkerSession {
  readonly held: HandedTask[] = [];
  readonly cancelled: string[] = [];

  constructor(
    private process: Process,
    { slots = 1, types = ['work'], workerId = 'remote' } = {},
  ) {
    super(workerId, DEFAULT_NAMESPACE, new Set(types), false);
    this.free = slots;
    process.orchestration.dispatcher.connect(this);
  }

  override deliver(tasks: readonly HandedTask[]): void {
    this.held.push(...tasks);
  }

  override cancel(task: TaskId, attempt: number): void {
    this.cancelled.push(`${parseTaskId(task)!.ordinal}.${attempt}`);
  }

  /** The same worker, speaking to another process. */
  turnTo(process: Process): void {
    this.disconnect();
    this.process = process;
    process.orchestration.dispatcher.connect(this);
  }

  disconnect(): void {
    this.process.orchestration.dispatcher.disconnect(this);
  }

  beat(): void {
    for (const task of this.held) this.process.orchestration.dispatcher.beat(this.addressOf(task), this);
  }

  heartbeat(task: HandedTask): void {
    this.process.orchestration.dispatcher.heartbeat(this.addressOf(task));
  }

  async complete(task: HandedTask, output: Json = null): Promise<void> {
    await this.report(task, { output });
  }

  async fail(task: HandedTask, error: ReportedFailure): Promise<void> {
    await this.report(task, { error });
  }

  private async report(task: HandedTask, outcome: { output: Json } | { error: ReportedFailure }): Promise<void> {
    await this.process.orchestration.dispatcher.report({ ...this.addressOf(task), outcome });
    const index = this.held.indexOf(task);
    if (index >= 0) this.held.splice(index, 1);
    this.free += 1;
    this.process.orchestration.dispatcher.freed();
  }

  private addressOf(task: HandedTask) {
    return { namespace: task.namespace, ...parseTaskId(task.id)!, leaseToken: task.leaseToken };
  }
}
