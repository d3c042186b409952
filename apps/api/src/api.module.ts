import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import {
  Clock,
  Dispatcher,
  DocumentReader,
  type Orchestration,
  PositionTokens,
  SeenWorkers,
} from '@orrery/application';
import { ReportResults } from '@orrery/contract';
import { BusesModule } from './buses.module.js';
import { Bugs } from './http/bugs.js';
import { DeadLettersController } from './messaging/dead-letters.controller.js';
import { Health } from './monitoring/health.js';
import { OperationsController } from './monitoring/operations.controller.js';
import { WorkOverview } from './monitoring/work-overview.js';
import { DefinitionsController } from './orchestration/definitions.controller.js';
import { TasksController } from './orchestration/tasks.controller.js';
import { WorkflowBatchesController } from './orchestration/workflow-batches.controller.js';
import { WorkflowCommandsController } from './orchestration/workflow-commands.controller.js';
import { WorkflowsController } from './orchestration/workflows.controller.js';

/** The controllers whose methods the contract's routes lead to. */
export const CONTROLLERS = [
  DefinitionsController,
  WorkflowsController,
  WorkflowBatchesController,
  WorkflowCommandsController,
  TasksController,
  DeadLettersController,
  OperationsController,
] as const;

/** What the controllers share, made before them. */
export interface ApiProviders {
  readonly orchestration: Orchestration;
  readonly tokens: PositionTokens;
  readonly health: Health;
  readonly workers: SeenWorkers;
  readonly reports: ReportResults;
  readonly bugs: Bugs;
}

/** The API as a Nest module: thin controllers over the buses of the contexts. */
@Module({})
export class ApiModule {
  static of({ orchestration, tokens, health, workers, reports, bugs }: ApiProviders): DynamicModule {
    const { clock, ownership, partitions, viewReader: views } = orchestration.ports;
    const { dispatcher } = orchestration;
    const ownsAll = () => ownership.owned().size === partitions;
    const overview = { dispatcher, seen: workers, views, ownsAll, now: () => clock.now() };
    const providers: Provider[] = [
      { provide: Dispatcher, useValue: orchestration.dispatcher },
      { provide: DocumentReader, useValue: orchestration.ports.documents },
      { provide: Clock, useValue: orchestration.ports.clock },
      { provide: PositionTokens, useValue: tokens },
      { provide: Health, useValue: health },
      { provide: SeenWorkers, useValue: workers },
      { provide: WorkOverview, useValue: new WorkOverview(overview) },
      { provide: ReportResults, useValue: reports },
      { provide: Bugs, useValue: bugs },
    ];
    return {
      module: ApiModule,
      imports: [BusesModule.of(orchestration)],
      controllers: [...CONTROLLERS],
      providers,
    };
  }
}
