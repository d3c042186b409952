import type { Type } from '@nestjs/common';
import { Field, ObjectType } from '@nestjs/graphql';
import { PositionScalar } from './scalars.js';

/** Where a page of a list stands in it. Lists are walked forwards only. */
@ObjectType('PageInfo', { description: 'Where a page stands in its list. Lists are walked forwards only.' })
export class PageInfo {
  @Field(() => Boolean)
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Always false: a page does not look back.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'Send it as `after` for the next page.' })
  endCursor!: string | null;
}

/** An item of a list, and the cursor after which the list goes on from it. */
interface Edge<Node> {
  readonly cursor: string;
  readonly node: Node;
}

/** A page of a list, as Relay has it. */
interface Connection<Node> {
  readonly edges: readonly Edge<Node>[];
  readonly nodes: readonly Node[];
  readonly pageInfo: PageInfo;
}

/** A page of items, each with its cursor. */
export function connectionOf<Node>(edges: readonly Edge<Node>[], hasNextPage: boolean): Connection<Node> {
  const pageInfo = {
    hasNextPage,
    hasPreviousPage: false,
    startCursor: edges[0]?.cursor ?? null,
    endCursor: edges.at(-1)?.cursor ?? null,
  };
  return { edges, nodes: edges.map(({ node }) => node), pageInfo };
}

/** The types of a list of these: its edge, and what a connection of it begins with. */
export function ConnectionOf<Node>(node: Type<Node>, name: string) {
  @ObjectType(`${name}Edge`, { description: 'An item of a list.' })
  class EdgeType {
    @Field(() => String)
    cursor!: string;

    @Field(() => node, { nullable: true, description: 'Null, with an error, if it is gone meanwhile.' })
    node!: Node | null;
  }

  @ObjectType({ isAbstract: true })
  abstract class ConnectionType {
    @Field(() => [EdgeType])
    edges!: EdgeType[];

    @Field(() => [node], { nullable: 'items', description: 'The items alone.' })
    nodes!: (Node | null)[];

    @Field(() => PageInfo)
    pageInfo!: PageInfo;
  }
  return ConnectionType;
}

/** The same, of a list that follows the log. */
export function PositionedConnectionOf<Node>(node: Type<Node>, name: string) {
  @ObjectType({ isAbstract: true })
  abstract class PositionedType extends ConnectionOf(node, name) {
    @Field(() => PositionScalar, { description: 'How far the list has come.' })
    position!: string;
  }
  return PositionedType;
}
