import {
  type DefinitionReference,
  Invalid,
  type Json,
  type JsonObject,
  type Namespace,
  NotFound,
} from '@orrery/domain';
import { contentHash } from '../../kernel/new-ids.js';
import type { EngineKernel } from '../engine-kernel.js';
import { compileWithSchema } from './check-definition.js';

/** What somebody wants to be run: a name, `name@version` or a whole definition, and its input. */
interface Wanted {
  readonly definition: string | JsonObject;
  /** Where it is missing, the schema's own default is the input, or else null. */
  readonly input?: Json;
}

/** The definition by the hash of its content, and the input checked by its schema, with the defaults filled in. */
export async function resolveStart(
  kernel: EngineKernel,
  namespace: Namespace,
  { definition: wanted, input }: Wanted,
): Promise<{ readonly definition: DefinitionReference; readonly input: Json }> {
  const definition = await (typeof wanted === 'string'
    ? findRegistered(kernel, namespace, wanted)
    : storeInline(kernel, namespace, wanted));
  return { definition, input: await checkInput(kernel, namespace, definition, input) };
}

async function checkInput(
  { plans, inputSchemas }: EngineKernel,
  namespace: Namespace,
  { hash }: DefinitionReference,
  input: Json | undefined,
): Promise<Json> {
  const { inputSchema } = await plans.get(namespace, hash);
  if (inputSchema === null) return input ?? null;
  const given = input === undefined ? (inputSchema['default'] ?? null) : input;
  const checked = inputSchemas.check(inputSchema, given);
  if ('value' in checked) return checked.value;
  const faults = checked.faults.map((fault) => ({ ...fault, pointer: `/input${fault.pointer}` }));
  throw new Invalid('input.invalid', 'the input does not match the schema of its definition', faults);
}

async function findRegistered(
  kernel: EngineKernel,
  namespace: Namespace,
  reference: string,
): Promise<DefinitionReference> {
  const [name = '', versionText, ...rest] = reference.split('@');
  const state = await kernel.definition(namespace, name);
  const version = versionText === undefined ? state.versions.length : Number(versionText);
  const isNumber = versionText === undefined || /^[1-9]\d*$/.test(versionText);
  const hash = isNumber && rest.length === 0 ? state.versions[version - 1] : undefined;
  if (hash === undefined) {
    const message = `"${name}" has no version "${versionText}": there are 1 to ${state.versions.length}`;
    throw new NotFound('definition.not-found', message);
  }
  return { name, version, hash };
}

/** A definition that came with the start is stored by its hash, but not registered under its name. */
async function storeInline(
  { plans, inputSchemas, contents }: EngineKernel,
  namespace: Namespace,
  document: JsonObject,
): Promise<DefinitionReference> {
  const hash = contentHash(document);
  const known = plans.peek(namespace, hash);
  if (known) return { name: known.name, version: null, hash };
  const { plan, faults } = compileWithSchema(document, inputSchemas);
  if (!plan) throw new Invalid('definition.invalid', 'the definition has faults', faults);
  await contents.put(namespace, { hash, document, source: JSON.stringify(document), format: 'json' });
  plans.keep(namespace, hash, plan);
  return { name: plan.name, version: null, hash };
}
