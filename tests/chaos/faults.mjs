import { linkFaults } from './faults-of-links.mjs';
import { messageFaults } from './faults-of-messages.mjs';
import { processFaults } from './faults-of-processes.mjs';
import { serverFaults } from './faults-of-servers.mjs';

/**
 * Everything that is done to an installation, each by the number of its row in docs/reliability.md. A fault has a name;
 * `on`, which two faults at a time do not touch; for how long it lasts, and how long is left after it. `strike` brings
 * it about, and resolves with its target and how it is ended: `{ target, heal }`.
 */
export const faults = [...processFaults, ...serverFaults, ...linkFaults, ...messageFaults];
