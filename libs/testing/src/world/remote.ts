import type { Link } from './link.js';

/** The methods that give a stream of pages rather than one answer. */
const STREAMS = new Set(['openRuns', 'readAhead']);

/** A port as it is where its other end is the database: every call of it goes there and back. */
export function remote<Port extends object>(port: Port, link: Link): Port {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(port, {
    get(target, name) {
      const value = Reflect.get(target, name) as unknown;
      if (typeof value !== 'function' || name === 'constructor') return value;
      let method = methods.get(name);
      if (!method)
        methods.set(name, (method = remotely(value as Method, { target, link, isStream: STREAMS.has(String(name)) })));
      return method;
    },
  });
}

type Method = (...args: unknown[]) => Promise<unknown> | AsyncIterable<unknown>;

function remotely(
  method: Method,
  { target, link, isStream }: { readonly target: object; readonly link: Link; readonly isStream: boolean },
): Method {
  const ask = (args: unknown[]) => () => method.apply(target, args) as Promise<unknown>;
  if (!isStream) return (...args) => link.call(ask(args));
  return async function* (...args) {
    const pages = await link.call(() => collected(method.apply(target, args) as AsyncIterable<unknown>));
    yield* pages;
  };
}

async function collected(pages: AsyncIterable<unknown>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const page of pages) all.push(page);
  return all;
}
