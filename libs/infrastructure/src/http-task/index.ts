export { type HttpTask, httpTask, type HttpTaskOptions } from './http-task.js';
export { httpOptions, httpSettings } from './http-settings.js';
export type { Resolve, ResolvedAddress } from './guarded-agent.js';
