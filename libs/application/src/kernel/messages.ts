import type * as cqrs from '@nestjs/cqrs';

/** Asks for a change, which its handler answers with an `R`. */
export type Command<R> = cqrs.Command<R>;
/** Nest's type, so that its bus knows the answer by it, and nothing of Nest at run time: the engine runs without. */
export const Command = class {} as typeof cqrs.Command;

/** Asks for what is, which its handler answers with an `R`; it changes nothing. */
export type Query<R> = cqrs.Query<R>;
export const Query = class {} as typeof cqrs.Query;

type AnswerTo<M> = M extends Command<infer R> ? R : M extends Query<infer R> ? R : never;

/** Answers the commands or the queries of one class. */
export interface Handler<M extends Command<unknown> | Query<unknown>> {
  readonly handles: new (...parts: never[]) => M;
  execute(message: M): Promise<AnswerTo<M>>;
}
