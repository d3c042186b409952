import {
  GetDefinition,
  ListDefinitions,
  SubmitDefinition,
  TryDefinition,
  ValidateDefinition,
} from '@orrery/application';
import { shownDefinition, shownFault, shownTrial } from '@orrery/contract';
import type {
  CallOptions,
  CheckedDefinition,
  Definition,
  DefinitionSource,
  DefinitionSummary,
  DryRun,
  ListOptions,
  OrreryApi,
  Page,
  ReadOptions,
  RegisteredDefinition,
  WriteOptions,
} from '@orrery/sdk';
import { allItems } from '@orrery/sdk/parts';
import type { Calls } from './calls.js';
import { checked } from './checked.js';
import { definitionVersion, definitionsPage, pageOf } from './arguments.js';

/** Definitions: registered, checked, listed and read. */
export class LocalDefinitions implements Pick<OrreryApi['definitions'], keyof OrreryApi['definitions']> {
  constructor(private readonly calls: Calls) {}

  register(definition: DefinitionSource, options: WriteOptions = {}): Promise<RegisteredDefinition> {
    const { submitDefinition } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const submit = new SubmitDefinition(this.calls.context(options), textOf(definition));
      const { name, version, hash, warnings, position } = await submitDefinition.execute(submit);
      return { name, version, hash, warnings: warnings.map(shownFault), position: this.calls.written(position) };
    }, options);
  }

  dryRun(definition: DefinitionSource, options: WriteOptions = {}): Promise<DryRun> {
    const { tryDefinition } = this.calls.orchestration.commandHandlers;
    return this.calls.write(async () => {
      const trial = new TryDefinition(this.calls.context(options), textOf(definition));
      return shownTrial(await tryDefinition.execute(trial)) as DryRun;
    }, options);
  }

  validate(definition: DefinitionSource, options: CallOptions = {}): Promise<CheckedDefinition> {
    const { validateDefinition } = this.calls.orchestration.queryHandlers;
    return this.calls.read(async () => {
      const question = new ValidateDefinition(this.calls.context({}), textOf(definition));
      const faults = await validateDefinition.execute(question);
      const errors = faults.filter(({ severity }) => severity === 'error').map(shownFault);
      const warnings = faults.filter(({ severity }) => severity === 'warning').map(shownFault);
      return { valid: errors.length === 0, errors, warnings };
    }, options);
  }

  list({ signal, atLeast, ...options }: ListOptions = {}): Promise<Page<DefinitionSummary>> {
    const { listDefinitions } = this.calls.orchestration.queryHandlers;
    return this.calls.read(
      async () => {
        const listing = { filter: {}, ...pageOf(checked('query', definitionsPage, options)) };
        const question = new ListDefinitions(this.calls.context({}), {
          ...listing,
          atLeast: this.calls.atLeast(atLeast),
        });
        const { items, nextCursor, checkpoints } = await listDefinitions.execute(question);
        return { items: items.map(shownDefinition), nextCursor, position: this.calls.reached(checkpoints) };
      },
      { signal },
    );
  }

  all(options: ListOptions = {}): AsyncGenerator<DefinitionSummary, void, undefined> {
    return allItems((cursor) => this.list({ ...options, cursor }), options.cursor);
  }

  get(name: string, { version, ...options }: ReadOptions & { readonly version?: number } = {}): Promise<Definition> {
    const { getDefinition } = this.calls.orchestration.queryHandlers;
    return this.calls.read(() => {
      const wanted = checked('path', definitionVersion, { name, version });
      return getDefinition.execute(new GetDefinition(this.calls.context({}), wanted.name, wanted.version));
    }, options);
  }
}

/** A definition as its text: whoever gives the document means its JSON. */
function textOf(definition: DefinitionSource) {
  if (typeof definition === 'string') return { text: definition, format: 'yaml' as const };
  return { text: JSON.stringify(definition), format: 'json' as const };
}
