import { describe, expect, it } from '@jest/globals';

const script: string = './graphql-breaks.mjs';
const { breaksBetween } = (await import(script)) as {
  breaksBetween(before: string, after: string, declared?: readonly string[]): readonly string[];
};

const BEFORE = 'type Query { run(id: ID!): String, runs: [String!]! }';

describe('A change of the GraphQL schema', () => {
  it('may add what nobody has used yet', () => {
    expect(breaksBetween(BEFORE, 'type Query { run(id: ID!, at: Int): String, runs: [String!]!, more: Int }')).toEqual(
      [],
    );
    expect(breaksBetween('', BEFORE)).toEqual([]);
  });

  it('is told where it takes something away, or wants more', () => {
    expect(breaksBetween(BEFORE, 'type Query { run(id: ID!, at: Int!): String }')).toEqual([
      'Query.runs was removed.',
      'A required arg at on Query.run was added.',
    ]);
  });

  it('may do so where it is declared', () => {
    const after = 'type Query { run(id: ID!): String }';
    expect(breaksBetween(BEFORE, after, ['Query.runs was removed.'])).toEqual([]);
  });
});
