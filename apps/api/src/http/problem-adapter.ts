import { FastifyAdapter } from '@nestjs/platform-fastify';

/** Nest over Fastify, where Fastify alone answers errors: the API has one shape for them. */
export class ProblemAdapter extends FastifyAdapter {
  override setErrorHandler(): ReturnType<FastifyAdapter['setErrorHandler']> {
    return this.getInstance();
  }

  override setNotFoundHandler(): ReturnType<FastifyAdapter['setNotFoundHandler']> {
    return this.getInstance();
  }
}
