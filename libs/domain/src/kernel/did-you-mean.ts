/** How many pairs of letters one suggester may compare: beyond that there are no suggestions, so that no input is costly. */
const PAIRS_MAX = 1_000_000;

/**
 * Finds the name that was meant: the one at most two edits away (one, in short words), the nearest and first of several.
 * The work is bounded over all questions to one suggester: it lasts as long as what it is asked about, a document or a
 * question, and no longer.
 */
export function suggester(names: Iterable<string>): (wrong: string) => string | undefined {
  const known = [...names];
  let pairsLeft = PAIRS_MAX;
  return (wrong) => {
    let best: string | undefined;
    let bestDistance = wrong.length < 5 ? 2 : 3;
    if (pairsLeft <= 0) return undefined;
    for (const name of known) {
      if (Math.abs(name.length - wrong.length) >= bestDistance) continue;
      if ((pairsLeft -= name.length * wrong.length) < 0) break;
      const distance = editDistance(wrong.toLowerCase(), name.toLowerCase());
      if (distance < bestDistance) [best, bestDistance] = [name, distance];
    }
    return best;
  };
}

/** `(did you mean "charge"?)` with a space before it, or nothing. */
export function didYouMean(meant: string | undefined): string {
  return meant === undefined ? '' : ` (did you mean "${meant}"?)`;
}

/** Letters added, left out, changed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  const width = b.length + 1;
  const distances = new Uint16Array((a.length + 1) * width);
  for (let j = 0; j < width; j++) distances[j] = j;
  for (let i = 1; i <= a.length; i++) {
    const row = i * width;
    distances[row] = i;
    for (let j = 1; j < width; j++) {
      const above = row - width + j;
      const changed = distances[above - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const least = Math.min(distances[above]! + 1, distances[row + j - 1]! + 1, changed);
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      distances[row + j] = isSwapped ? Math.min(least, distances[above - width - 2]! + 1) : least;
    }
  }
  return distances.at(-1)!;
}
