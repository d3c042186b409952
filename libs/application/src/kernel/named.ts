import { DEFAULT_NAMESPACE, type Namespace } from '@orrery/domain';

/**
 * What is called so in a namespace, as the key of a map. In the default one, where most is, it is the name itself: a new
 * text for each look would cost more than the look.
 */
export function named(namespace: Namespace, name: string): string {
  return namespace === DEFAULT_NAMESPACE ? name : `${namespace}/${name}`;
}
