import { Locks, type Peer } from '@orrery/application';
import type { LaneSession } from '../log/lane-session.js';
import { PING } from '../log/lane-statements.js';
import { BEAT, CLAIM, END_SILENT, FORGET_OLD, LET_GO, LOOK, WITHDRAW } from './engine-statements.js';

/** Who claims partitions: one process, from its start to its end. */
export interface EngineIdentity {
  /** A UUID, new with every start. */
  readonly id: string;
  readonly host: string;
  readonly version: string;
}

/** Advisory locks, held by the session that appends. */
export class PostgresLocks extends Locks {
  constructor(
    private readonly lane: LaneSession,
    private readonly engine: EngineIdentity,
  ) {
    super();
  }

  override get session(): object | undefined {
    return this.lane.backend;
  }

  override answeredWithin(ms: number): boolean {
    return this.lane.answeredWithin(ms);
  }

  override onUp(listener: () => void): void {
    this.lane.onUp(listener);
  }

  override onLost(listener: () => void): void {
    this.lane.onLost(listener);
  }

  override async ping(): Promise<void> {
    await this.lane.run((ask) => ask({ text: PING }));
  }

  override async beat(): Promise<void> {
    const { id, host, version } = this.engine;
    await this.lane.run((ask) => ask({ text: BEAT, values: [id, host, version] }));
  }

  override async look(silentMs: number): Promise<readonly Peer[]> {
    const rows = await this.lane.run((ask) => ask({ text: LOOK, values: [silentMs] }));
    return rows.map(([id, connected, beating]) => ({
      id: id!,
      connected: connected === 't',
      beating: beating === 't',
    }));
  }

  override async endSilent(silentMs: number, engines: readonly string[]): Promise<void> {
    await this.lane.run((ask) => ask({ text: END_SILENT, values: [silentMs, engines] }));
  }

  override async claim(partitions: readonly number[]): Promise<readonly number[]> {
    const rows = await this.lane.run((ask) => ask({ text: CLAIM, values: [partitions] }));
    return rows.map(([partition]) => Number(partition));
  }

  override async letGo(partitions: readonly number[]): Promise<void> {
    await this.lane.run((ask) => ask({ text: LET_GO, values: [partitions] }));
  }

  override async withdraw(): Promise<void> {
    await this.lane.run((ask) => ask({ text: WITHDRAW, values: [this.engine.id] }));
  }

  /** Forgets the engines that ended long ago without a word. */
  async forgetOld(): Promise<void> {
    await this.lane.run((ask) => ask({ text: FORGET_OLD }));
  }
}
