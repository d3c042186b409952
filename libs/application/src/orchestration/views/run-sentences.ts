import { Gone, type Namespace, NotFound, type StreamId, hasEnded } from '@orrery/domain';
import { NOTHING_KNOWN } from '../../kernel/ports/log.js';
import type { Standings } from '../dispatch/standings.js';
import type { RunSummary } from '../ports/runs.js';
import type { RunPage } from './run-page.js';
import type { RunReader } from './run-reader.js';
import { asItStands, runWaitsFor } from './waiting-for.js';

/** Why runs do not go on by themselves just now, for a list of them: a sentence each, of runs that are read together. */
export class RunSentences {
  constructor(
    private readonly runs: RunReader,
    private readonly standings: Standings,
  ) {}

  /** By the run. One that has ended waits for nothing, and is not read; the others are read as new as their rows, or newer. */
  async of(namespace: Namespace, rows: readonly RunSummary[]): Promise<ReadonlyMap<StreamId, string | null>> {
    const open = rows.filter(({ status }) => !hasEnded(status));
    const asked = open.map(({ id: stream, version }) => ({
      key: { namespace, stream },
      known: { ...NOTHING_KNOWN, version },
    }));
    const pages = await this.runs.pagesOf(asked);
    const sentences = await Promise.all(pages.map((read) => this.sentenceOf(read)));
    return new Map(open.map(({ id }, n) => [id, sentences[n]!]));
  }

  private async sentenceOf(read: PromiseSettledResult<RunPage>): Promise<string | null> {
    if (read.status === 'fulfilled') return runWaitsFor(await asItStands(read.value, this.standings));
    // It was deleted since its row was read.
    if (read.reason instanceof Gone || read.reason instanceof NotFound) return null;
    throw read.reason;
  }
}
