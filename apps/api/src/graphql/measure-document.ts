import { API_LIMITS } from '@orrery/contract';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type SelectionSetNode,
  type ValueNode,
  getNamedType,
  getNullableType,
  isInterfaceType,
  isLeafType,
  isListType,
  isObjectType,
} from 'graphql';
import { JsonScalar } from './scalars.js';

/** What a selection asks for, with every fragment counted wherever it is spread. */
export interface Measure {
  readonly depth: number;
  readonly fields: number;
  readonly aliases: number;
  readonly cost: number;
}

const NOTHING: Measure = { depth: 0, fields: 0, aliases: 0, cost: 0 };
/** Counts stop here: what is spread again and again grows beyond all numbers. */
const MOST = 1e9;
/** A payload is as large as this many objects. */
const PAYLOAD_COST = 10;
/** How long a list is taken to be that nobody asks for page by page. */
const UNSIZED_LIST = 10;

/** Where a selection stands: its type, if it is known, and how many items a list in it has. */
interface Place {
  readonly type: string | undefined;
  readonly size?: number;
}

/** Measures a document that was only parsed: fields, types and fragments that there are not count for nothing. */
export class MeasureDocument {
  /** A fragment that spreads itself, if one does. */
  cycle: string | undefined;
  /** The largest `first` that is asked for. */
  largestPage = 0;
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly measured = new Map<string, Measure | 'under way'>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly document: DocumentNode,
    private readonly variables: { readonly [name: string]: unknown },
  ) {
    const fragments = document.definitions.filter((each) => each.kind === Kind.FRAGMENT_DEFINITION);
    this.fragments = new Map(fragments.map((each) => [each.name.value, each]));
  }

  /** All operations together; and fragments that nothing spreads, which are validated as well. */
  operations(): Measure {
    for (const name of this.fragments.keys()) this.fragment(name, undefined);
    const measures = this.document.definitions.map((each) => {
      if (each.kind !== Kind.OPERATION_DEFINITION) return NOTHING;
      return this.selections(each.selectionSet, { type: this.schema.getRootType(each.operation)?.name });
    });
    return sum(measures);
  }

  private selections({ selections }: SelectionSetNode, place: Place): Measure {
    return sum(
      selections.map((each) => {
        if (each.kind === Kind.FIELD) return this.field(each, place);
        if (each.kind === Kind.FRAGMENT_SPREAD) return this.fragment(each.name.value, place.size);
        const type = each.typeCondition?.name.value ?? place.type;
        return this.selections(each.selectionSet, { ...place, type });
      }),
    );
  }

  /** What a fragment costs depends on the page that it stands in. */
  private fragment(name: string, size: number | undefined): Measure {
    const key = `${name} ${size}`;
    const known = this.measured.get(key);
    if (known === 'under way') this.cycle = name;
    if (known !== undefined) return known === 'under way' ? NOTHING : known;
    const fragment = this.fragments.get(name);
    if (!fragment) return NOTHING;
    this.measured.set(key, 'under way');
    const measure = this.selections(fragment.selectionSet, { type: fragment.typeCondition.name.value, size });
    this.measured.set(key, measure);
    return measure;
  }

  private field(node: FieldNode, { type, size }: Place): Measure {
    const field = this.fieldOf(type, node.name.value);
    const alias = node.alias ? 1 : 0;
    const isOfSchema = node.name.value.startsWith('__');
    const inside = node.selectionSet
      ? this.selections(node.selectionSet, {
          type: field && getNamedType(field.type).name,
          size: this.sizeOf(node, field),
        })
      : NOTHING;
    return {
      depth: isOfSchema ? 1 : inside.depth + 1,
      fields: Math.min(MOST, inside.fields + 1),
      aliases: Math.min(MOST, inside.aliases + alias),
      cost: Math.min(MOST, timesOf(field, size) * (costOf(field) + inside.cost)),
    };
  }

  private fieldOf(type: string | undefined, name: string): GraphQLField<unknown, unknown> | undefined {
    const parent = type === undefined ? undefined : this.schema.getType(type);
    return isObjectType(parent) || isInterfaceType(parent) ? parent.getFields()[name] : undefined;
  }

  /** How many items the lists have that stand right in this field: as many as it is asked for. */
  private sizeOf(node: FieldNode, field: GraphQLField<unknown, unknown> | undefined): number | undefined {
    const valueOf = (name: string) => {
      const value = node.arguments?.find((each) => each.name.value === name)?.value;
      return value && this.valueOf(value);
    };
    const takes = (name: string) => field?.args.some((each) => each.name === name) === true;
    if (takes('items')) return lengthOf(valueOf('items'));
    if (!takes('first')) return undefined;
    const first = valueOf('first');
    const size = typeof first === 'number' ? Math.max(0, first) : API_LIMITS.pageItems;
    this.largestPage = Math.max(this.largestPage, size);
    return Math.min(size, MOST);
  }

  private valueOf(node: ValueNode): unknown {
    if (node.kind === Kind.INT) return Number(node.value);
    if (node.kind === Kind.LIST) return node.values;
    return node.kind === Kind.VARIABLE
      ? (this.variables[node.name.value] ?? this.defaultOf(node.name.value))
      : undefined;
  }

  private defaultOf(name: string): unknown {
    const operations = this.document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
    const declared = operations.flatMap((each) => each.variableDefinitions ?? []);
    const otherwise = declared.find(({ variable }) => variable.name.value === name)?.defaultValue;
    return otherwise && this.valueOf(otherwise);
  }
}

function lengthOf(value: unknown): number {
  return Array.isArray(value) ? value.length : 1;
}

function costOf(field: GraphQLField<unknown, unknown> | undefined): number {
  if (!field) return 0;
  const type = getNamedType(field.type);
  if (type === JsonScalar) return PAYLOAD_COST;
  return isLeafType(type) ? 0 : 1;
}

function timesOf(field: GraphQLField<unknown, unknown> | undefined, size = UNSIZED_LIST): number {
  return field && isListType(getNullableType(field.type)) ? size : 1;
}

function sum(measures: readonly Measure[]): Measure {
  const total: { -readonly [Name in keyof Measure]: number } = { ...NOTHING };
  for (const { depth, fields, aliases, cost } of measures) {
    total.depth = Math.max(total.depth, depth);
    total.fields = Math.min(MOST, total.fields + fields);
    total.aliases = Math.min(MOST, total.aliases + aliases);
    total.cost = Math.min(MOST, total.cost + cost);
  }
  return total;
}
