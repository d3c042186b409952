import { GRAPHQL_LIMITS } from '@orrery/contract';
import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import { LRUCache } from 'lru-cache';
import { passedLimits, tooComplex } from './document-limits.js';

/** How many documents are kept that were found right: programs ask the same again and again. */
export const DOCUMENTS_KEPT = 200;

/** Whether the schema is told to whoever asks, and named in suggestions. */
export interface SchemaOptions {
  readonly introspection: boolean;
}

/** Documents on their way to be executed: parsed, measured, validated, and kept. */
export class Documents {
  private readonly known = new LRUCache<string, DocumentNode>({ max: DOCUMENTS_KEPT });
  private readonly rules: typeof specifiedRules;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly options: SchemaOptions,
  ) {
    this.rules = options.introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  }

  /** The document, or what is wrong with it: what passes a limit is not looked at any further. */
  read(source: string, variables: { readonly [name: string]: unknown }): DocumentNode | readonly GraphQLError[] {
    const known = this.known.get(source);
    const document = known ?? parsed(source);
    if (document instanceof GraphQLError) return [document];
    const passed = passedLimits(this.schema, document, variables);
    if (passed.length > 0) return passed;
    if (known) return known;
    const hideSuggestions = !this.options.introspection;
    const errors = validate(this.schema, document, this.rules, { maxErrors: 20, hideSuggestions });
    if (errors.length > 0) return errors;
    this.known.set(source, document);
    return document;
  }
}

const TOO_MANY_TOKENS = /Document contains more tha[nt] \d+ tokens/;

function parsed(source: string): DocumentNode | GraphQLError {
  const { documentCharacters, tokens } = GRAPHQL_LIMITS;
  if (source.length > documentCharacters) {
    const hint = 'send what is long as a variable';
    return tooComplex(
      `the document is longer than ${documentCharacters} characters (graphqlDocumentCharacters): ${hint}`,
    );
  }
  try {
    return parse(source, { maxTokens: tokens });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (!TOO_MANY_TOKENS.test(error.message)) return error;
    return tooComplex(`the document has more than ${tokens} tokens (graphqlTokens)`);
  }
}
