/** How often a fault begins while the one before it is still there. */
const OVERLAPS = 0.2;

/**
 * Which fault strikes when, from chance alone: every row before any comes again, and of each row every kind before any
 * comes again. A fault is `{ row, lastsMs: [shortest, longest], quietMs }`: after it nothing else strikes for so long,
 * so that it can be seen how long recovery takes. `longestMs` bounds all.
 */
export function schedule(faults, { random, ms, longestMs }) {
  const rows = new Map();
  for (const fault of faults) rows.set(fault.row, [...(rows.get(fault.row) ?? []), fault]);
  const nextRow = deck([...rows.keys()], random.child());
  const nextOf = new Map([...rows].map(([row, kinds]) => [row, deck(kinds, random.child())]));
  const times = random.child();
  const plan = [];
  for (let at = 0; ;) {
    const fault = nextOf.get(nextRow())();
    const [shortest, longest] = fault.lastsMs.map((each) => Math.min(each, longestMs));
    const lastsMs = times.between(shortest, longest);
    if (at + lastsMs > ms) return plan;
    plan.push({ at, lastsMs, fault, seed: times.between(0, 2 ** 31) });
    const isOverlapping = times.chance(OVERLAPS);
    at += isOverlapping ? times.between(0, lastsMs) : lastsMs + fault.quietMs + times.between(0, 2_000);
  }
}

/** Deals every card before it deals one again. */
function deck(cards, random) {
  let left = [];
  return () => {
    if (left.length === 0) left = shuffled(cards, random);
    return left.pop();
  };
}

function shuffled(cards, random) {
  const left = [...cards];
  return cards.map(() => left.splice(random.between(0, left.length - 1), 1)[0]);
}
