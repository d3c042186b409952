/** A promise that was not kept: which one, by its id in docs/reliability.md, where, and how. */
export interface Violation {
  readonly invariant: string;
  readonly where: string;
  readonly what: string;
}

/** Gathers violations of one place. */
export class Judge {
  constructor(
    private readonly violations: Violation[],
    private readonly where: string,
  ) {}

  must(invariant: string, holds: boolean, what: string | (() => string)): void {
    if (holds) return;
    this.violations.push({ invariant, where: this.where, what: typeof what === 'string' ? what : what() });
  }
}
