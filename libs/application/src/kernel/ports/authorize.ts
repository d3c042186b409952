import type { Namespace } from '@orrery/domain';

/** Who asks. Until identity comes, everyone is anonymous. */
export interface Actor {
  readonly id: string;
}

/** One gate for every command and query. */
export abstract class Authorize {
  /** Returns, or throws `Forbidden`. */
  abstract check(actor: Actor, namespace: Namespace, operation: string): void;
}

/** Allows everything: the gate before there is anybody to keep out. */
export class AllowEverything extends Authorize {
  override check(): void {}
}
