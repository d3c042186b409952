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
  <tr className="fold">
    <td colSpan={2}>{button}</td>
  </tr>
);

/** Two texts line by line, what differs marked: what only A has on the left, what only B has on the right. */
export function Beside({ name, left, right }: BesideProps) {
  const lines = useMemo(() => beside(left, right), [left, right]);
  return (
    <table className="beside-lines" aria-label={name}>
      <thead className="unseen">
        <tr>
          <th>A</th>
          <th>B</th>
        </tr>
      </thead>
      <tbody>
        <FoldedLines lines={lines} isSame={isSame} fold={foldedRow}>
          {(line, at) => (
            <tr key={at}>
              <td className={line.isSame || line.left === undefined ? '' : 'differs'}>{line.left}</td>
              <td className={line.isSame || line.right === undefined ? '' : 'differs'}>{line.right}</td>
            </tr>
          )}
        </FoldedLines>
      </tbody>
    </table>
  );
}
