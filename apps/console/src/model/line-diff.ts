/** A line of two texts beside each other: in both, only in the old one, or only in the new one. */
export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new';
  readonly text: string;
}

/** The work of comparing what differs: above it, all of the old is gone and all of the new is new. */
const CELLS_MAX = 4_000_000;

/** What became of a text, line by line. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < a.length && start < b.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  const same = (lines: readonly string[]) => lines.map((text): DiffLine => ({ kind: 'same', text }));
  const middle = diffMiddle(a.slice(start, a.length - end), b.slice(start, b.length - end));
  return [...same(a.slice(0, start)), ...middle, ...same(a.slice(a.length - end))];
}

function diffMiddle(a: readonly string[], b: readonly string[]): readonly DiffLine[] {
  if (a.length * b.length > CELLS_MAX) {
    return [
      ...a.map((text) => ({ kind: 'gone', text }) as const),
      ...b.map((text) => ({ kind: 'new', text }) as const),
    ];
  }
  const common = lengths(a, b);
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', text: a[i++]! });
      j++;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ kind: 'gone', text: a[i++]! });
    } else lines.push({ kind: 'new', text: b[j++]! });
  }
  return lines;
}

/** How many lines the rests of both have in common, from each pair of places on. */
function lengths(a: readonly string[], b: readonly string[]): readonly Uint32Array[] {
  const rows = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      rows[i]![j] = a[i] === b[j] ? rows[i + 1]![j + 1]! + 1 : Math.max(rows[i + 1]![j]!, rows[i]![j + 1]!);
    }
  }
  return rows;
}

/** A line of two texts beside each other; undefined where one of them has none. */
export interface BesideLine {
  readonly left: string | undefined;
  readonly right: string | undefined;
  readonly isSame: boolean;
}

/** Two texts beside each other: what both have on one line, and between that what only one of them has. */
export function beside(before: string, after: string): readonly BesideLine[] {
  const lines: BesideLine[] = [];
  let gone: string[] = [];
  let fresh: string[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(gone.length, fresh.length); at++)
      lines.push({ left: gone[at], right: fresh[at], isSame: false });
    [gone, fresh] = [[], []];
  };
  for (const { kind, text } of diffLines(before, after)) {
    if (kind === 'gone') gone.push(text);
    else if (kind === 'new') fresh.push(text);
    else {
      flush();
      lines.push({ left: text, right: text, isSame: true });
    }
  }
  flush();
  return lines;
}

/** A stretch of lines: shown, or so many alike that they are folded away. */
export interface Stretch<Line> {
  readonly isFolded: boolean;
  /** Where it begins. */
  readonly from: number;
  readonly lines: readonly Line[];
}

/** So many lines are shown around what differs; a fold hides at least twice as many. */
const AROUND = 3;

/** Folds away what is far from any difference. */
export function folded<Line>(lines: readonly Line[], isSame: (line: Line) => boolean): readonly Stretch<Line>[] {
  const isNear = new Uint8Array(lines.length);
  for (const [at, line] of lines.entries())
    if (!isSame(line)) isNear.fill(1, Math.max(0, at - AROUND), at + AROUND + 1);
  const stretches: { isFolded: boolean; from: number; lines: Line[] }[] = [];
  for (const [from, line] of lines.entries()) {
    const last = stretches.at(-1);
    const isFolded = isNear[from] === 0;
    if (last?.isFolded === isFolded) last.lines.push(line);
    else stretches.push({ isFolded, from, lines: [line] });
  }
  return stretches.map((each) => ({ ...each, isFolded: each.isFolded && each.lines.length > 2 * AROUND }));
}
