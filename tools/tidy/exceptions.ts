/** A file that a rule does not hold for, and why. A rule's name is that of its function. */
export interface Exception {
  readonly rule: string;
  readonly path: string;
  readonly why: string;
}

export const exceptions: readonly Exception[] = [
  {
    rule: 'layersKnowOnlyThoseBelow',
    path: 'apps/cli/bin/orrery.mjs',
    why: 'the command in a clone builds its bundle before it starts it, with the tools of the repository',
  },
];
