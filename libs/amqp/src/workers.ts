import { ANONYMOUS, type Dispatcher, type Position } from '@orrery/application';
import { type ReportResults, type ReportedResult, type ResultAnswer, reportOf } from '@orrery/contract';
import type { TaskId } from '@orrery/domain';
import type { Broker, Delivery } from '@orrery/infrastructure';

/** An attempt that a worker says it holds, and since when if it says so. */
export interface HeldAttempt {
  readonly id: Pick<ReportedResult['id'], 'id' | 'workflow' | 'ordinal'>;
  readonly leaseToken: string;
  readonly startedAt?: number;
}

/** A worker's sign of life. */
export interface Beat {
  readonly workerId: string;
  readonly slots: number;
  readonly types: readonly string[];
  readonly attempts: readonly HeldAttempt[];
}

/** What a beat is answered with: of the attempts it lists, by the owner of their runs. */
export interface BeatAnswer {
  /** It no longer holds these. */
  readonly lost: readonly { readonly id: TaskId; readonly leaseToken: string }[];
  /** These may end now. */
  readonly cancelled: readonly { readonly id: TaskId; readonly attempt: number }[];
  /** These it holds; what is said of them is for whoever answers. */
  readonly kept: readonly TaskId[];
}

/** Who hears what workers say over the broker. */
export abstract class Workers {
  constructor(
    protected readonly dispatcher: Dispatcher,
    private readonly reports: ReportResults,
  ) {}

  /** Nothing is answered where nothing of it is known here. */
  abstract beat(beat: Beat, delivery: Delivery): Promise<BeatAnswer | undefined>;
  abstract heartbeat(attempt: HeldAttempt, delivery: Delivery): Promise<{ readonly cancelled: boolean } | undefined>;

  /** Resolves when everything that could be recorded is: an answer for each. */
  report(results: readonly ReportedResult[], workerId: string | undefined): Promise<readonly ResultAnswer[]> {
    return this.reports.report(ANONYMOUS.namespace, results, { id: workerId ?? 'a worker', workerId });
  }

  /** Resolves when it is recorded; throws why it is not. */
  async reportOne(result: ReportedResult, workerId: string | undefined): Promise<Position> {
    return (await this.dispatcher.report(...reportOf(ANONYMOUS.namespace, result, workerId))).position;
  }
}

/** Where what is said may concern any engine: a result is recorded here, and signs of life are for whoever hands out. */
export class AnyWorkers extends Workers {
  constructor(
    dispatcher: Dispatcher,
    reports: ReportResults,
    private readonly broker: Pick<Broker, 'toEngines'>,
  ) {
    super(dispatcher, reports);
  }

  override async beat(_beat: Beat, delivery: Delivery): Promise<undefined> {
    await this.broker.toEngines(delivery);
  }

  override async heartbeat(_attempt: HeldAttempt, delivery: Delivery): Promise<undefined> {
    await this.broker.toEngines(delivery);
  }
}
