import type { ClientCommand } from '@orrery/application';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, RetryWorkflow, SignalWorkflow } from '@orrery/domain';
import type { ClientCommandItem } from '../contract/client-frames.js';

type ItemOf<Name extends ClientCommandItem['command']> = Extract<ClientCommandItem, { readonly command: Name }>;

/** What each command over a socket means. It has the same body as over REST, so that a key means the same in both. */
const COMMANDS: { readonly [Name in ClientCommandItem['command']]: (item: ItemOf<Name>) => ClientCommand } = {
  cancel: ({ command: _, id: _id, key: _key, ...body }) => new CancelWorkflow(body),
  pause: () => new PauseWorkflow({}),
  resume: () => new ResumeWorkflow({}),
  retry: () => new RetryWorkflow({}),
  signal: ({ name, payload = null }) => new SignalWorkflow({ name, payload }),
};

export function commandOf(item: ClientCommandItem): ClientCommand {
  return COMMANDS[item.command](item as never);
}
