import { useMemo } from 'react';
import { type BesideLine, beside } from '../model/line-diff.js';
import { FoldedLines } from '../parts/folded-lines.js';

export interface BesideProps {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

const isSame = (line: BesideLine) => line.isSame;

const foldedRow = (button: React.ReactNode) => (
  <div role="row" className="fold">
    <div role="cell">{button}</div>
  </div>
);

/** Two texts line by line, what differs marked: what only A has on the left, what only B has on the right. */
export function Beside({ name, left, right }: BesideProps) {
  const lines = useMemo(() => beside(left, right), [left, right]);
  // No table element: it stands within one, whose rows look otherwise.
  return (
    <div role="table" className="beside-lines folded-lines" aria-label={name}>
      <div role="row" className="unseen">
        <span role="columnheader">A</span>
        <span role="columnheader">B</span>
      </div>
      <FoldedLines lines={lines} isSame={isSame} fold={foldedRow}>
        {(line, at) => (
          <div role="row" key={at} className="line">
            <Cell text={line.left} isSame={line.isSame} />
            <Cell text={line.right} isSame={line.isSame} />
          </div>
        )}
      </FoldedLines>
    </div>
  );
}

function Cell({ text, isSame: isCommon }: { readonly text: string | undefined; readonly isSame: boolean }) {
  return (
    <div role="cell" className={isCommon || text === undefined ? '' : 'differs'}>
      {text}
    </div>
  );
}
