import { EdgeError, checkedJson } from '@orrery/contract';
import * as the from '@orrery/contract/schemas';
import type { Json } from '@orrery/domain';
import { GraphQLScalarType, Kind, type ValueNode, valueFromASTUntyped } from 'graphql';

/** Any JSON: what runs and tasks take and give. */
export const JsonScalar = new GraphQLScalarType<Json, Json>({
  name: 'JSON',
  description: 'Any JSON value.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc8259',
  parseValue: (value) => value as Json,
  parseLiteral: (node, variables) => checkedJson(valueFromASTUntyped(node, variables) as Json),
});

/** A moment: read as milliseconds since the epoch, written in RFC 3339. */
export const DateTimeScalar = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'A moment in RFC 3339, with its zone: `2030-01-31T12:00:00Z`.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
  serialize: (value) => value as string,
  parseValue: momentOf,
  parseLiteral: (node) => momentOf(textOf(node)),
});

/** Where a write stands, or how far a read has come. */
export const PositionScalar = new GraphQLScalarType<string, string>({
  name: 'Position',
  description:
    'Opaque: where a write stands, or how far a list has come. Send it as `atLeast` to read what was written.',
  serialize: (value) => value as string,
  parseValue: wordOf,
  parseLiteral: (node) => wordOf(textOf(node)),
});

function textOf(node: ValueNode): unknown {
  return node.kind === Kind.STRING ? node.value : undefined;
}

function momentOf(value: unknown): number {
  const parsed = the.instant.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new EdgeError('query.invalid', 'a DateTime must be a text like "2030-01-31T12:00:00Z"');
}

function wordOf(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new EdgeError('query.invalid', 'a Position must be a text');
}
