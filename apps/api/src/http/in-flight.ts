import type { FastifyInstance } from 'fastify';

/** The requests that are under way: read as far as their headers, and not answered yet. */
export class InFlight {
  private count = 0;
  private whenNone: (() => void)[] = [];

  watch(server: FastifyInstance): void {
    server.addHook('onRequest', (_request, reply, done) => {
      this.count++;
      // It closes when the answer has left, or its client has.
      reply.raw.once('close', () => this.ended());
      done();
    });
  }

  /** Resolves when there is none. */
  async none(): Promise<void> {
    if (this.count > 0) await new Promise<void>((resolve) => this.whenNone.push(resolve));
  }

  private ended(): void {
    this.count--;
    if (this.count === 0) for (const resolve of this.whenNone.splice(0)) resolve();
  }
}
