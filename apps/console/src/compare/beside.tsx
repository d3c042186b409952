import { useMemo } from 'react';
import { beside } from '../model/line-diff.js';

export interface BesideProps {
  readonly name: string;
  readonly left: string;
  readonly right: string;
}

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
        {lines.map((line, index) => (
          <tr key={index}>
            <td className={line.isSame || line.left === undefined ? '' : 'differs'}>{line.left}</td>
            <td className={line.isSame || line.right === undefined ? '' : 'differs'}>{line.right}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
