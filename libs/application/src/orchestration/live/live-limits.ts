/** Limits of the live feed. */
export const LIVE_LIMITS = Object.freeze({
  /** How often a subscriber who hears nothing else is told that it is still there, and how far it has come. */
  heartbeatEveryMs: 15_000,
  /** Bytes that wait for a slow reader; above it nothing more is told until some were taken. */
  bufferedBytes: 1_048_576,
  /** Who does not take them for so long is dropped. */
  slowMs: 30_000,
  /** A socket of which nothing was heard for so long is closed; each heartbeat asks it for an answer. */
  silentMs: 45_000,
  /** Subscriptions of one socket, and of a whole process. */
  subscriptionsPerSocket: 100,
  subscriptions: 20_000,
});
