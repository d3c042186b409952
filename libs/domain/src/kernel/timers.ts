/** What falls due, and when: a binary heap of `[at, subject]`, kept by whoever evolves the state that owns it. */
export type Timer<Subject = number> = readonly [at: number, subject: Subject];
export type Timers<Subject = number> = Timer<Subject>[];

/** Adds a timer. One that no longer holds is not removed but passed over when it comes up. */
export function setTimer<Subject>(timers: Timers<Subject>, at: number, subject: Subject): void {
  let child = timers.push([at, subject]) - 1;
  while (child > 0) {
    const parent = (child - 1) >> 1;
    if (timers[parent]![0] <= timers[child]![0]) return;
    swap(timers, parent, child);
    child = parent;
  }
}

/** The timer that falls due first. */
export function firstTimer<Subject>(timers: Timers<Subject>): Timer<Subject> | undefined {
  return timers[0];
}

/** Takes the first timer off. */
export function dropFirstTimer<Subject>(timers: Timers<Subject>): void {
  const last = timers.pop();
  if (!last || timers.length === 0) return;
  timers[0] = last;
  let parent = 0;
  for (;;) {
    const left = 2 * parent + 1;
    const right = left + 1;
    let least = parent;
    if (left < timers.length && timers[left]![0] < timers[least]![0]) least = left;
    if (right < timers.length && timers[right]![0] < timers[least]![0]) least = right;
    if (least === parent) return;
    swap(timers, parent, least);
    parent = least;
  }
}

function swap<Subject>(timers: Timers<Subject>, a: number, b: number): void {
  const held = timers[a]!;
  timers[a] = timers[b]!;
  timers[b] = held;
}

/**
 * The subjects whose timers have come by `now`, earliest first, each once; `dueOf` tells what a subject waits for now,
 * so that a timer that no longer holds is passed over.
 */
export function timersDue(timers: Timers, now: number, dueOf: (subject: number) => number | null): number[] {
  const due: Timer[] = [];
  const open = [0];
  for (let index = open.pop(); index !== undefined; index = open.pop()) {
    const timer = timers[index];
    if (!timer || timer[0] > now) continue;
    if (dueOf(timer[1]) === timer[0]) due.push(timer);
    open.push(2 * index + 1, 2 * index + 2);
  }
  due.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return [...new Set(due.map(([, subject]) => subject))];
}
