import type { Json } from '../api/types.js';
import { jsonLines } from '../model/compare-runs.js';
import type { RunView } from '../run/run-view.js';
import { Beside } from './beside.js';
import type { CompareProps } from './compare-page.js';

interface Part {
  readonly title: string;
  readonly of: (view: RunView) => Json;
  readonly isOmitted?: (view: RunView) => boolean;
}

const PARTS: readonly Part[] = [
  { title: 'Input', of: ({ now }) => now.input, isOmitted: ({ now }) => now.inputOmitted === true },
  { title: 'Output', of: ({ now }) => now.output, isOmitted: ({ now }) => now.outputOmitted === true },
  { title: 'Error', of: ({ shown }) => shown.error as unknown as Json },
  { title: 'Labels', of: ({ now }) => now.labels },
];

/** What went into each, and what came out. */
export function CompareData({ views: [one, other] }: CompareProps) {
  return PARTS.map(({ title, of, isOmitted }) => {
    const [left, right] = [jsonLines(of(one)), jsonLines(of(other))];
    return (
      <section key={title} className="compared-part">
        <header>
          <h2>{title}</h2>
          <span className="soft">{left === right ? 'the same' : 'differs'}</span>
        </header>
        {isOmitted?.(one) || isOmitted?.(other) ? (
          <p className="faint">It is larger than 64 KiB. The API gives it with payloads=true.</p>
        ) : (
          <Beside name={title} left={left} right={right} />
        )}
      </section>
    );
  });
}
