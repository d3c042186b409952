import type { ProcessLog } from './world.js';

type Question = 'append' | 'readStreams';

/** The next question of this kind is answered when the returned function is called, by what was so when it came. */
export function answerLate(log: ProcessLog, name: Question): () => void {
  return next(log, name, async (ask, called) => {
    const said = await ask();
    await called;
    return said;
  });
}

/** The next question of this kind comes to the log when the returned function is called. */
export function askLate(log: ProcessLog, name: Question): () => void {
  return next(log, name, async (ask, called) => {
    await called;
    return ask();
  });
}

function next(
  log: ProcessLog,
  name: Question,
  instead: (ask: () => Promise<never>, called: Promise<void>) => Promise<never>,
): () => void {
  let call: () => void = () => undefined;
  const called = new Promise<void>((resolve) => (call = resolve));
  const ask = log[name].bind(log) as (question: never) => Promise<never>;
  log[name] = (question: never) => {
    log[name] = ask;
    return instead(() => ask(question), called);
  };
  return call;
}
