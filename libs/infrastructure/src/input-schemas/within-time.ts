import { type Context, Script, createContext } from 'node:vm';

const call = new Script('work()');
/** One for all, since nothing happens beside it and it takes a while to make; made when it is first needed. */
let context: Context | undefined;

/**
 * What some work gives, unless it takes longer than so many milliseconds; then nothing. It is the only way to end a
 * regular expression that tracks back for minutes. It takes a fraction of a millisecond itself.
 */
export function withinTime<T>(timeoutMs: number, work: () => T): { readonly value: T } | undefined {
  context ??= createContext({});
  context['work'] = work;
  try {
    return { value: call.runInContext(context, { timeout: timeoutMs }) as T };
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return undefined;
    throw error;
  } finally {
    context['work'] = undefined;
  }
}
