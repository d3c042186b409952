import { type Finding, fail, ok, warn } from './findings.js';

const OLDEST = [20, 19];
/** Older lines get no more security fixes. */
const KEPT_UP = 22;

/** Whether this Node is one that works, and one that is still looked after. */
export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isTooOld = major < OLDEST[0]! || (major === OLDEST[0] && minor < OLDEST[1]!);
  if (isTooOld)
    return fail(
      'node',
      `this is Node ${version}`,
      `Install Node ${OLDEST.join('.')} or newer; 22 or 24 is a good choice.`,
    );
  if (major < KEPT_UP)
    return warn('node', `Node ${version} works, and gets no more security fixes`, 'Run Node 22 or 24 in production.');
  return ok('node', `Node ${version}`);
}
