import { Controller } from '@nestjs/common';
import { CommandBus, QueryBus } from '@nestjs/cqrs';
import {
  GetDefinition,
  ListDefinitions,
  PositionTokens,
  SubmitDefinition,
  TryDefinition,
  ValidateDefinition,
} from '@orrery/application';
import { shownDefinition, shownFault, shownTrial } from '@orrery/contract';
import { definitionRoutes } from '../contract/definitions.js';
import { type RequestOf, Serves } from '../http/mount.js';
import { pageRequest, writePage } from '../http/pages.js';

/** Definitions: registered, checked, listed and read. */
@Controller()
export class DefinitionsController {
  constructor(
    private readonly commands: CommandBus,
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @Serves(definitionRoutes.register)
  async register({ context, query, document }: RequestOf<typeof definitionRoutes.register>) {
    if (query.dryRun) {
      const trial = await this.commands.execute(new TryDefinition(context, document));
      return { status: 200 as const, body: shownTrial(trial) };
    }
    const accepted = await this.commands.execute(new SubmitDefinition(context, document));
    const { name, version, hash, created, warnings, position } = accepted;
    const body = { name, version, hash, warnings: warnings.map(shownFault) };
    return { status: created ? (201 as const) : (200 as const), body, position };
  }

  @Serves(definitionRoutes.validate)
  async validate({ context, document }: RequestOf<typeof definitionRoutes.validate>) {
    const faults = await this.queries.execute(new ValidateDefinition(context, document));
    const errors = faults.filter(({ severity }) => severity === 'error').map(shownFault);
    const warnings = faults.filter(({ severity }) => severity === 'warning').map(shownFault);
    return { status: 200 as const, body: { valid: errors.length === 0, errors, warnings } };
  }

  @Serves(definitionRoutes.list)
  async list({ context, query, atLeast }: RequestOf<typeof definitionRoutes.list>) {
    const listing = { filter: {}, page: pageRequest(query), atLeast };
    const page = await this.queries.execute(new ListDefinitions(context, listing));
    const body = writePage(page, this.tokens, shownDefinition);
    return { status: 200 as const, body };
  }

  @Serves(definitionRoutes.newest)
  async newest({ context, params }: RequestOf<typeof definitionRoutes.newest>) {
    const body = await this.queries.execute(new GetDefinition(context, params.name));
    return { status: 200 as const, body, version: body.version };
  }

  @Serves(definitionRoutes.version)
  async version({ context, params }: RequestOf<typeof definitionRoutes.version>) {
    const body = await this.queries.execute(new GetDefinition(context, params.name, params.version));
    return { status: 200 as const, body, version: body.version };
  }
}
