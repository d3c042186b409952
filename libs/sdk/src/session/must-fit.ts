import { OrreryProblem } from '../errors.js';
import type { SessionCommand, SessionStart } from './client-frames.js';

/** The server takes no larger frame, and closes the connection for good: `sessionFrameBytes` of `GET /limits`. */
const FRAME_BYTES_MAX = 4 * 1_048_576;
/** What a frame has around what it carries. */
const AROUND_BYTES = 64;
const ITEM_BYTES_MAX = FRAME_BYTES_MAX - AROUND_BYTES;

/** Refuses what no frame can carry, as the API refuses a body that is too large. */
export function mustFit(item: SessionStart | SessionCommand, bytes: number): void {
  if (bytes <= ITEM_BYTES_MAX) return;
  const what = 'command' in item ? `the command "${item.command}" to run ${item.id}` : `the start of run ${item.id}`;
  throw new OrreryProblem({
    status: 413,
    code: 'request.too-large',
    title: 'Too large',
    detail: `${what} is ${bytes} bytes long as JSON, and a frame holds ${ITEM_BYTES_MAX} at most (sessionFrameBytes)`,
    retryable: false,
  });
}
