/** A file that a rule does not hold for, and why. A rule's name is that of its function. */
export interface Exception {
  readonly rule: string;
  readonly path: string;
  readonly why: string;
}

export const exceptions: readonly Exception[] = [];
