import { describe, expect, it } from '@jest/globals';
import { OrreryTimeout, OrreryUnreachable } from '../errors.js';
import { OrreryClient } from './orrery-client.js';

const ID = '5eed0008-0000-4000-8000-000000000001';
const gone = () => new TypeError('fetch failed', { cause: Object.assign(new Error('gone'), { code: 'ECONNREFUSED' }) });

/** A client that asks nothing twice by itself, of a server that answers so, one after the other. */
function clientOf(...replies: readonly (object | Error)[]) {
  const left = [...replies];
  const fetch = async () => {
    const reply = left.shift() ?? gone();
    if (reply instanceof Error) throw reply;
    return Response.json(reply);
  };
  return new OrreryClient({ fetch, retryForMs: 0 });
}

describe('A run that is watched', () => {
  it('is watched on when the server stops, and comes back', async () => {
    // A server that stops answers whoever waits, with nothing.
    const { workflows } = clientOf({ items: [] }, gone(), { ended: false }, gone(), {
      items: [{ type: 'WorkflowCompleted', version: 3 }],
    });
    const types: string[] = [];
    for await (const { type } of workflows.follow(ID)) types.push(type);
    expect(types).toEqual(['WorkflowCompleted']);
  });

  it('is waited for while the server is away, and no longer than is said', async () => {
    const { workflows } = clientOf(gone(), { ended: true });
    expect(await workflows.waitForResult(ID)).toEqual({ ended: true });
    await expect(clientOf().workflows.waitForResult(ID, { timeoutMs: 10 })).rejects.toThrow(OrreryUnreachable);
    const running = clientOf({ ended: false, status: 'running' }).workflows;
    await expect(running.waitForResult(ID, { timeoutMs: 0 })).rejects.toThrow(OrreryTimeout);
  });
});
