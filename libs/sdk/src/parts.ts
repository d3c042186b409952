// What the engine as a library and the command line share with the worker and the client: see libs/embedded and apps/cli.
export { backoffMs } from './backoff.js';
export { checkedJson } from './checked-json.js';
export { allItems, labelTexts } from './client/paging.js';
export { type Question, RunWatch } from './client/run-watch.js';
export { pause } from './client/pause.js';
export { timerMs } from './longest-timer.js';
export { type LiveStream, LiveEvents } from './live/live-events.js';
export { AwaitedEnds } from './session/awaited-ends.js';
export { TaskHandlers } from './worker/handlers.js';
export { STANDARD_ERROR, prefixed } from './worker/log.js';
export { failureOf, outputOf } from './worker/outcome.js';
export { atMost } from './worker/session.js';
export { newWorkerId } from './worker/worker.js';
