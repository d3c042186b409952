import { GetWorkflowResult, WatchedRuns } from '@orrery/application';
import type { StreamId } from '@orrery/domain';
import type { CallOptions, Json, RunEnd } from '@orrery/sdk';
import { AwaitedEnds } from '@orrery/sdk/parts';
import { type Calls, OrreryClosed } from './calls.js';

/** The ends of runs that this program waits for: told by the commits of this process, and looked for in those of others. */
export class Ends {
  private readonly ends = new AwaitedEnds();
  private readonly runs: WatchedRuns;

  constructor(private readonly calls: Calls) {
    const { endings, ports, queryHandlers } = calls.orchestration;
    const ask = (query: GetWorkflowResult) => queryHandlers.getWorkflowResult.execute(query);
    this.runs = new WatchedRuns(
      { ...ports, endings, ask },
      {
        onEnd: (id, ending) => this.ends.told({ id, ...ending }),
        onRefused: (id, error) => this.ends.reject(id, calls.problem(error)),
      },
    );
  }

  /** The end of a run that is under way as this is called. */
  next<Output = Json>(id: StreamId, { signal }: CallOptions): Promise<RunEnd<Output>> {
    signal?.throwIfAborted();
    const end = this.ends.of(id, signal, () => this.runs.remove(id));
    this.runs.add(id);
    return end as Promise<RunEnd<Output>>;
  }

  /** The end of a run, which may have come long ago. */
  of<Output = Json>(id: StreamId, options: CallOptions): Promise<RunEnd<Output>> {
    const end = this.next<Output>(id, options);
    void this.runs.look(id);
    return end;
  }

  close(): void {
    this.runs.clear();
    this.ends.rejectAll(new OrreryClosed());
  }
}
