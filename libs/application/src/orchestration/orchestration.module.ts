import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';

/** What answers on the buses, by its name. */
interface Handlers {
  readonly commandHandlers: Readonly<Record<string, object>>;
  readonly queryHandlers: Readonly<Record<string, object>>;
}

/** The contexts as a Nest module: their command and query handlers answer on the buses. */
@Module({})
export class OrchestrationModule {
  static of({ commandHandlers, queryHandlers }: Handlers): DynamicModule {
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
