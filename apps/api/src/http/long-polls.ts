import type { ServerResponse } from 'node:http';

/** The requests that wait for something to happen, so that they can be let go when nobody waits for them any more. */
export class LongPolls {
  private readonly waiting = new Set<() => void>();
  private over = false;

  /** Calls back when the request's client is gone, or when the server stops; it may do so after the answer as well. */
  watch(response: ServerResponse): (callback: () => void) => void {
    return (callback) => {
      // Who waits has to begin before it can be told to end.
      if (this.over) return queueMicrotask(callback);
      const end = () => {
        if (this.waiting.delete(end)) callback();
      };
      this.waiting.add(end);
      response.once('close', end);
    };
  }

  /** Lets everyone go, now and from now on. */
  end(): void {
    this.over = true;
    for (const end of [...this.waiting]) end();
  }
}
