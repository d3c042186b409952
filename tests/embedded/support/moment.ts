/** Something that will have happened, and the promise of it. */
export class Moment {
  come!: () => void;
  readonly reached = new Promise<void>((resolve) => (this.come = resolve));
}
