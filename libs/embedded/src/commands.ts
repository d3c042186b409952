import type { ClientCommand } from '@orrery/application';
import { cancelBody } from '@orrery/contract';
import { json, signalName } from '@orrery/contract/schemas';
import {
  CancelWorkflow,
  DeleteWorkflow,
  PauseWorkflow,
  ResumeWorkflow,
  RetryWorkflow,
  SignalWorkflow,
} from '@orrery/domain';
import type { CommandName, DryRunOptions } from '@orrery/sdk';
import { body, checked } from './checked.js';

/** What each command means. It has the same body as over REST, so that a key means the same in both. */
const COMMANDS = {
  cancel: ({ reason, compensate }: DryRunOptions) => new CancelWorkflow(body(cancelBody, { reason, compensate })),
  pause: () => new PauseWorkflow({}),
  resume: () => new ResumeWorkflow({}),
  retry: () => new RetryWorkflow({}),
  signal: ({ name, payload = null }: DryRunOptions) =>
    new SignalWorkflow({ name: checked('path', signalName, name), payload: body(json, payload) }),
  delete: () => new DeleteWorkflow({}),
} satisfies { readonly [Name in CommandName]: (options: DryRunOptions) => ClientCommand | DeleteWorkflow };

export function commandOf<Name extends CommandName>(command: Name, options: DryRunOptions) {
  return COMMANDS[command](options) as ReturnType<(typeof COMMANDS)[Name]>;
}
