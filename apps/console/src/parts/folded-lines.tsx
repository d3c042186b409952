import { Fragment, useMemo, useState } from 'react';
import { folded } from '../model/line-diff.js';
import './folded-lines.css';

export interface FoldedLinesProps<Line> {
  readonly lines: readonly Line[];
  readonly isSame: (line: Line) => boolean;
  readonly children: (line: Line, at: number) => React.ReactNode;
  /** What stands for lines that are folded away: it has the button that opens them. */
  readonly fold: (button: React.ReactNode) => React.ReactNode;
}

/**
 * Lines of a comparison, of which those far from any difference are folded away until somebody asks for them. They stand in
 * an element of the class `folded-lines`.
 */
export function FoldedLines<Line>({ lines, isSame, children, fold }: FoldedLinesProps<Line>) {
  const [opened, setOpened] = useState<ReadonlySet<number>>(new Set());
  const stretches = useMemo(() => folded(lines, isSame), [lines, isSame]);
  return stretches.map(({ isFolded, from, lines: inside }) => (
    <Fragment key={from}>
      {isFolded && !opened.has(from)
        ? fold(
            <button type="button" onClick={() => setOpened(new Set([...opened, from]))}>
              {inside.length.toLocaleString('en')} lines that are the same
            </button>,
          )
        : inside.map((line, index) => children(line, from + index))}
    </Fragment>
  ));
}
