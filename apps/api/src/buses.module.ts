import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CommandHandler, CqrsModule, QueryHandler } from '@nestjs/cqrs';
import type { Orchestration } from '@orrery/application';

/** The buses: on them answer the handlers of the contexts, which know nothing of Nest. */
@Module({})
export class BusesModule {
  static of({
    commandHandlers,
    queryHandlers,
  }: Pick<Orchestration, 'commandHandlers' | 'queryHandlers'>): DynamicModule {
    const commands = Object.values(commandHandlers);
    const queries = Object.values(queryHandlers);
    for (const handler of commands) CommandHandler(handler.handles)(handler.constructor);
    for (const handler of queries) QueryHandler(handler.handles)(handler.constructor);
    const providers: Provider[] = [...commands, ...queries].map((handler) => ({
      provide: handler.constructor,
      // The buses find what a factory gives, and pass over a value.
      useFactory: () => handler,
      inject: [],
    }));
    return { module: BusesModule, imports: [CqrsModule.forRoot()], providers, exports: [CqrsModule] };
  }
}
