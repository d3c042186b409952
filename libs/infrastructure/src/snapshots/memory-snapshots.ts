import { type Snapshot, Snapshots, type StreamKey, keyOf } from '@orrery/application';

/** Snapshots in memory. */
export class MemorySnapshots extends Snapshots {
  private readonly kept = new Map<string, Snapshot>();

  override async load(keys: readonly StreamKey[]): Promise<ReadonlyMap<string, Snapshot>> {
    const found = keys.map((key) => this.kept.get(keyOf(key))).filter((snapshot) => snapshot !== undefined);
    return new Map(found.map((snapshot) => [keyOf(snapshot), snapshot]));
  }

  override async save(snapshots: readonly Snapshot[]): Promise<void> {
    for (const snapshot of snapshots) {
      const before = this.kept.get(keyOf(snapshot));
      if (!before || supersedes(snapshot, before)) this.kept.set(keyOf(snapshot), { ...snapshot });
    }
  }

  override async remove(keys: readonly StreamKey[]): Promise<void> {
    for (const key of keys) this.kept.delete(keyOf(key));
  }
}

function supersedes(next: Snapshot, before: Snapshot): boolean {
  return next.version > before.version || (next.version === before.version && next.schema !== before.schema);
}
