/** So many task types have figures of their own. */
const TYPES_MAX = 200;
const LATER_TYPES = 'other';

/** Task types as labels: whoever names types by the thousand gets one label for all the later ones. */
export class TypeLabels {
  private readonly known = new Set<string>();

  of(type: string): string {
    if (this.known.size >= TYPES_MAX && !this.known.has(type)) return LATER_TYPES;
    this.known.add(type);
    return type;
  }
}
