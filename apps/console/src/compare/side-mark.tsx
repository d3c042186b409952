/** Which of the two runs something is of: the first is A, the second B. */
export function SideMark({ side }: { readonly side: 0 | 1 }) {
  return <span className="side-mark">{side === 0 ? 'A' : 'B'}</span>;
}
