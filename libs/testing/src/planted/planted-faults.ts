import { inChildren } from './in-children.js';
import { inDispatch } from './in-dispatch.js';
import { inOwnership } from './in-ownership.js';
import { inRulesOfRuns } from './in-rules.js';
import { inTheLists } from './in-the-lists.js';
import { inTheLog } from './in-the-log.js';
import type { PlantedFault } from './plant.js';

/** Every fault that the simulation has to find. */
export const PLANTED_FAULTS: readonly PlantedFault[] = [
  ...inTheLog,
  ...inTheLists,
  ...inOwnership,
  ...inDispatch,
  ...inChildren,
  ...inRulesOfRuns,
];
