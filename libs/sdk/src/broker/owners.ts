/** What is known of an attempt besides its work. */
interface Known {
  owner: string;
  /** Whether its owner has been told of it. */
  listed: boolean;
  readonly startedAt: string;
}

/** Something that is to be told to an owner. */
interface Addressed {
  owner: string;
}

/** Whom each attempt is to be told of, and since when it is under way. */
export class Owners {
  private readonly known = new Map<string, Known>();

  constructor(
    /** The queue that leads to any engine: for what has no owner that is known. */
    private readonly anyone: string,
  ) {}

  begin(id: string, owner: string): void {
    this.known.set(id, { owner, listed: false, startedAt: new Date().toISOString() });
  }

  of(id: string): string {
    return this.known.get(id)?.owner ?? this.anyone;
  }

  startOf(id: string): string | undefined {
    return this.known.get(id)?.startedAt;
  }

  /** Its owner has said that it is. */
  set(id: string, owner: unknown): void {
    const known = this.known.get(id);
    if (known && typeof owner === 'string') known.owner = owner;
  }

  list(id: string): void {
    const known = this.known.get(id);
    if (known) known.listed = true;
  }

  isNew(id: string): boolean {
    return this.known.get(id)?.listed === false;
  }

  /** The queue of an owner is gone: what was its, here and among these, is anyone's. False where nothing was. */
  leave(gone: string, waiting: readonly Addressed[]): boolean {
    const left = [...this.known.values(), ...waiting].filter(({ owner }) => owner === gone);
    for (const each of left) each.owner = this.anyone;
    return left.length > 0;
  }

  /** Whether the owner of any of these, or of what is waiting, is not known. */
  isAnyUnknown(ids: Iterable<string>, waiting: readonly Addressed[]): boolean {
    if (waiting.some(({ owner }) => owner === this.anyone)) return true;
    for (const id of ids) if (this.of(id) === this.anyone) return true;
    return false;
  }

  /** Keeps what is known of these alone, once there is much more than that. */
  keepOnly(held: readonly { readonly id: string }[]): void {
    if (this.known.size <= 2 * held.length) return;
    const ids = new Set(held.map(({ id }) => id));
    for (const id of this.known.keys()) if (!ids.has(id)) this.known.delete(id);
  }
}
