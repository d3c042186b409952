// What a browser's main thread is busy with while something is done in a page: the tasks that its own tracing tells, which
// are what keeps a page from answering. Needs chromium.

const CATEGORIES = ['toplevel', 'disabled-by-default-devtools.timeline'];
/** Shorter ones are thousands, and would make every quantile small. */
const COUNTED_FROM_MS = 1;

/**
 * The tasks of the main thread that took a millisecond or more while `act` was done: how long each took, and how much of the
 * processor's time, which is less where others had the processor meanwhile. In milliseconds.
 */
export async function tasksWhile(browser, page, act) {
  await browser.startTracing(page, { categories: CATEGORIES });
  await act();
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString());
  const threadOf = ({ pid, tid }) => `${pid}.${tid}`;
  const mains = new Set(
    traceEvents.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(threadOf),
  );
  return traceEvents
    .filter((event) => event.name === 'RunTask' && event.dur !== undefined && mains.has(threadOf(event)))
    .map(({ dur, tdur }) => ({ ms: dur / 1_000, cpuMs: tdur / 1_000 }))
    .filter(({ ms }) => ms >= COUNTED_FROM_MS);
}
