import { Field, ID, InterfaceType } from '@nestjs/graphql';
import type { NodeType } from './global-ids.js';

/** What can be found again by its id alone. */
@InterfaceType('Node', {
  description: 'What can be found again by its id alone, with `node`.',
  resolveType: ({ __typename }: { readonly __typename: NodeType }) => __typename,
})
export abstract class Node {
  @Field(() => ID, { description: 'An id that no other object has, of whatever type.' })
  id!: string;
}
