/** An object that counts how often it, and whatever is in it, is read and written. */
export function counting<T extends object>(object: T): { readonly object: T; accesses: () => number } {
  let accesses = 0;
  const proxies = new WeakMap<object, object>();
  const originals = new WeakMap<object, object>();
  const wrap = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    const known = proxies.get(value);
    if (known) return known;
    const proxy = new Proxy(value, handler);
    proxies.set(value, proxy);
    originals.set(proxy, value);
    return proxy;
  };
  const handler: ProxyHandler<object> = {
    get(target, key, receiver) {
      accesses += 1;
      return wrap(Reflect.get(target, key, receiver));
    },
    set(target, key, value) {
      accesses += 1;
      // What was read here and is written elsewhere is counted once, not once more for every move.
      return Reflect.set(target, key, originals.get(value as object) ?? value);
    },
  };
  return { object: wrap(object) as T, accesses: () => accesses };
}
