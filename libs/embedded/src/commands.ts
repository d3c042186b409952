import type { ClientCommand } from '@orrery/application';
import { cancelBody } from '@orrery/contract';
import { json, signalName } from '@orrery/contract/schemas';
import { CancelWorkflow, PauseWorkflow, ResumeWorkflow, RetryWorkflow, SignalWorkflow } from '@orrery/domain';
import type { CommandName, DryRunOptions } from '@orrery/sdk';
import { body, checked } from './checked.js';

/** What each command means. It has the same body as over REST, so that a key means the same in both. */
const COMMANDS: { readonly [Name in CommandName]: (options: DryRunOptions) => ClientCommand } = {
  cancel: ({ reason, compensate }) => new CancelWorkflow(body(cancelBody, { reason, compensate })),
  pause: () => new PauseWorkflow({}),
  resume: () => new ResumeWorkflow({}),
  retry: () => new RetryWorkflow({}),
  signal: ({ name, payload = null }) =>
    new SignalWorkflow({ name: checked('path', signalName, name), payload: body(json, payload) }),
};

export function commandOf(command: CommandName, options: DryRunOptions): ClientCommand {
  return COMMANDS[command](options);
}
