import { env } from 'node:process';
import type { Trace } from './trace.js';

/** How many lines of a trace stand in a message. */
const LINES_TOLD = 40;

/** A seed failed: which one, how it is repeated, and what happened. The `cause` is what the test threw, or found out. */
export class SimulationFailed extends Error {
  override readonly name = 'SimulationFailed';
  readonly seed: number;
  readonly trace: Trace;

  constructor(failed: {
    readonly seed: number;
    readonly trace: Trace;
    readonly cause: unknown;
    readonly caller: string | undefined;
    readonly isSame: boolean;
  }) {
    const { seed, trace, cause, caller, isSame } = failed;
    const parts = [
      `seed ${seed} fails: ${cause instanceof Error ? cause.message : String(cause)}`,
      `Repeat it: ORRERY_SEED=${seed} ${commandFor(caller)}\nor with the option seed: ${seed}`,
      ...(isSame ? [] : [NOT_THE_SAME]),
      `What happened in simulated time:\n${trace.toText({ last: LINES_TOLD })}`,
    ];
    super(parts.join('\n\n'), { cause });
    this.seed = seed;
    this.trace = trace;
  }
}

const NOT_THE_SAME =
  'It was tried again, and went otherwise. Either something outlives a seed, such as a variable outside of the test that ' +
  'is given to simulate, or the code goes by chance that is not simulated, such as randomBytes of node:crypto.';

/** The command that runs the file again, by what runs it now. */
function commandFor(caller = ''): string {
  if (env['VITEST']) return `npx vitest run ${caller}`.trimEnd();
  if (env['JEST_WORKER_ID']) return `npx jest ${caller}`.trimEnd();
  return `node --test ${caller}`.trimEnd();
}

/** The test file among those that a stack names, else the file that called; relative to the directory that it runs in. */
export function callerOf({ stack = '' }: Error, called: string): string | undefined {
  const lines = stack.split('\n').slice(1);
  const above = lines.slice(lines.findIndex((line) => line.includes(called)) + 1);
  const files = above.flatMap(
    (line) => /(?:\(|at )(?:async )?(?:file:\/\/)?((?:\/|[A-Z]:)[^():]+)/.exec(line)?.[1] ?? [],
  );
  const file = files.find((each) => /\.(spec|test)\.\w+$/.test(each)) ?? files[0];
  const here = `${process.cwd()}/`;
  return file?.startsWith(here) ? file.slice(here.length) : file;
}
