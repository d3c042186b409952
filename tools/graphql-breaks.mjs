// What a change of the GraphQL schema takes away from those who use it; each has to be declared here before it is written.
import { buildSchema, findBreakingChanges } from 'graphql';

/** The breaking changes that are meant, as `npm run graphql-schema` names them; a release empties the list. */
export const DECLARED = [];

/** The changes from one schema to another that break what worked, without those that were declared. */
export function breaksBetween(before, after, declared = DECLARED) {
  if (before === '') return [];
  const changes = findBreakingChanges(buildSchema(before), buildSchema(after));
  return changes.map(({ description }) => description).filter((each) => !declared.includes(each));
}
