import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import type { Orchestration } from './assemble.js';

/** The context as a Nest module: its command and query handlers answer on the buses. */
@Module({})
export class OrchestrationModule {
  static of({ commandHandlers, queryHandlers }: Orchestration): DynamicModule {
    const providers: Provider[] = [...Object.values(commandHandlers), ...Object.values(queryHandlers)].map(
      (handler) => ({
        provide: handler.constructor,
        // The buses find what a factory gives, and pass over a value.
        useFactory: () => handler,
        inject: [],
      }),
    );
    return { module: OrchestrationModule, imports: [CqrsModule.forRoot()], providers, exports: [CqrsModule] };
  }
}
