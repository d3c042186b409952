/** Simulated code used the real world: what comes of it, and when, could not be had again. */
export class RealWorldUsed extends Error {
  override readonly name = 'RealWorldUsed';

  constructor(activity: string, what: string) {
    super(
      `${activity} used the real world (${what}): nothing of it could be repeated. Give it a fake, let it wait by the ` +
        'global setTimeout, or do what has to be real within `orrery.real(...)`',
    );
  }
}
