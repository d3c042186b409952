interface Waiting<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
}

/** Asks for many at once: an answer for each, in the same order. */
type AskForAll<Key, Value> = (keys: readonly Key[]) => Promise<readonly PromiseSettledResult<Value>[]>;

/**
 * Gathers what resolvers of one level ask for one by one, and asks for it together: what is asked for in one turn of the
 * event loop is one batch, and the same thing is asked for once. It lives as long as its request.
 */
export class Batch<Key, Value> {
  private readonly known = new Map<string, Promise<Value>>();
  private waiting: Waiting<Key, Value>[] = [];

  constructor(
    private readonly ask: AskForAll<Key, Value>,
    private readonly nameOf: (key: Key) => string,
  ) {}

  load(key: Key): Promise<Value> {
    const name = this.nameOf(key);
    const known = this.known.get(name);
    if (known) return known;
    const loading = new Promise<Value>((resolve, reject) => {
      if (this.waiting.push({ key, resolve, reject }) === 1) setImmediate(() => void this.send());
    });
    this.known.set(name, loading);
    return loading;
  }

  /** Something was written: what is asked for from now on is asked for anew. */
  forget(): void {
    this.known.clear();
  }

  private async send(): Promise<void> {
    const asked = this.waiting;
    this.waiting = [];
    const settled = await this.ask(asked.map(({ key }) => key)).catch((reason: unknown) =>
      asked.map(() => ({ status: 'rejected' as const, reason })),
    );
    for (const [n, each] of settled.entries()) {
      if (each.status === 'fulfilled') asked[n]!.resolve(each.value);
      else asked[n]!.reject(each.reason);
    }
  }
}
