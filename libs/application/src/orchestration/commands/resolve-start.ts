import {
  type DefinitionReference,
  type DefinitionState,
  Invalid,
  type Json,
  type JsonObject,
  type Namespace,
  NotFound,
} from '@orrery/domain';
import { contentHash } from '../../kernel/new-ids.js';
import type { MaybeLater } from '../../kernel/stream-type.js';
import type { EngineKernel } from '../engine-kernel.js';
import { compileWithSchema } from './check-definition.js';

/** What somebody wants to be run: a name, `name@version` or a whole definition, and its input. */
interface Wanted {
  readonly definition: string | JsonObject;
  /** Where it is missing, the schema's own default is the input, or else null. */
  readonly input?: Json;
}

/**
 * The definition by the hash of its content, and the input checked by its schema, with the defaults filled in. What is
 * in memory is not awaited: of starts there are many.
 */
export async function resolveStart(
  kernel: EngineKernel,
  namespace: Namespace,
  { definition: wanted, input }: Wanted,
): Promise<{ readonly definition: DefinitionReference; readonly input: Json }> {
  const found =
    typeof wanted === 'string' ? findRegistered(kernel, namespace, wanted) : storeInline(kernel, namespace, wanted);
  const definition = found instanceof Promise ? await found : found;
  const plan = kernel.plans.get(namespace, definition.hash);
  const { inputSchema } = plan instanceof Promise ? await plan : plan;
  return { definition, input: inputSchema === null ? (input ?? null) : checkInput(kernel, inputSchema, input) };
}

function checkInput({ inputSchemas }: EngineKernel, schema: JsonObject, input: Json | undefined): Json {
  const given = input === undefined ? (schema['default'] ?? null) : input;
  const checked = inputSchemas.check(schema, given);
  if ('value' in checked) return checked.value;
  const faults = checked.faults.map((fault) => ({ ...fault, pointer: `/input${fault.pointer}` }));
  throw new Invalid('input.invalid', 'the input does not match the schema of its definition', faults);
}

function findRegistered(
  kernel: EngineKernel,
  namespace: Namespace,
  reference: string,
): MaybeLater<DefinitionReference> {
  const at = reference.indexOf('@');
  const name = at < 0 ? reference : reference.slice(0, at);
  const version = at < 0 ? undefined : reference.slice(at + 1);
  const state = kernel.definition(namespace, name);
  return state instanceof Promise
    ? state.then((later) => versionOf(name, version, later))
    : versionOf(name, version, state);
}

/** The version that was asked for, or the newest. */
function versionOf(name: string, asked: string | undefined, { versions }: DefinitionState): DefinitionReference {
  const isNumber = asked === undefined || /^[1-9]\d*$/.test(asked);
  const version = asked === undefined ? versions.length : Number(asked);
  const hash = isNumber ? versions[version - 1] : undefined;
  if (hash !== undefined) return { name, version, hash };
  throw new NotFound('definition.not-found', `"${name}" has no version "${asked}": there are 1 to ${versions.length}`);
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
