import { type JsonObject, NotFound } from '@orrery/domain';
import type { Context } from '../../kernel/context.js';
import { type Handler, Query } from '../../kernel/messages.js';
import type { EngineKernel } from '../engine-kernel.js';

export interface DefinitionDetails {
  readonly name: string;
  readonly version: number;
  readonly latestVersion: number;
  readonly hash: string;
  readonly document: JsonObject;
  /** The text as its author wrote it. */
  readonly source: string;
  readonly format: 'json' | 'yaml';
}

/** A registered definition: a version of it, or the newest. */
export class GetDefinition extends Query<DefinitionDetails> {
  constructor(
    readonly context: Context,
    readonly name: string,
    readonly version?: number,
  ) {
    super();
  }
}

export class GetDefinitionHandler implements Handler<GetDefinition> {
  readonly handles = GetDefinition;

  constructor(private readonly kernel: EngineKernel) {}

  async execute({ context, name, version: wanted }: GetDefinition): Promise<DefinitionDetails> {
    const { namespace, actor } = context;
    this.kernel.authorize.check(actor, namespace, 'GetDefinition');
    const { versions } = await this.kernel.definition(namespace, name);
    const version = wanted ?? versions.length;
    const hash = versions[version - 1];
    const content = hash === undefined ? undefined : await this.kernel.contents.get(namespace, hash);
    if (!content) throw new NotFound('definition.not-found', `there is no version ${version} of "${name}"`);
    const { document, source, format } = content;
    return { name, version, latestVersion: versions.length, hash: content.hash, document, source, format };
  }
}
