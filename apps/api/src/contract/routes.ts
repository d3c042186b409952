import { deadLetterRoutes } from './dead-letters.js';
import { definitionRoutes } from './definitions.js';
import { liveRoutes } from './live.js';
import { operationRoutes } from './operations.js';
import type { RouteSpec } from './route.js';
import { taskRoutes } from './tasks.js';
import { workflowRoutes } from './workflows.js';

/** Every operation of the API, by its id. */
export const ROUTES: readonly RouteSpec[] = [
  ...Object.values(definitionRoutes),
  ...Object.values(workflowRoutes),
  ...Object.values(taskRoutes),
  ...Object.values(deadLetterRoutes),
  ...Object.values(liveRoutes),
  ...Object.values(operationRoutes),
];
