import { withLock } from './lock-file.js';
import { isRunning } from './processes.js';
import { bringUp, openingLockOf, type RunningServer, type ServerPlan } from './server.js';
import { boundServerLog } from './server-log.js';

const LOOK_EVERY_MS = 500;
const PAUSE_MAX_MS = 30_000;

/** Starts the server again, on its port, when it ends by itself: everybody's URL stays good. Also bounds its log. */
export function keepRunning(
  server: RunningServer,
  plan: ServerPlan,
  log: (line: string) => void,
): { letGo(): Promise<number> } {
  let { pid } = server;
  let letGo = false;
  let pauseMs = LOOK_EVERY_MS;
  let looking: Promise<void> = Promise.resolve();
  let timer = later();

  async function look(): Promise<void> {
    await boundServerLog(plan.directory).catch(() => undefined);
    if (letGo || isRunning(pid)) return;
    log(`PostgreSQL (process ${pid}) has ended by itself; it is started again.`);
    try {
      ({ pid } = await withLock(openingLockOf(plan.directory), () => bringUp(plan, server.port)));
      pauseMs = LOOK_EVERY_MS;
    } catch (error) {
      pauseMs = Math.min(pauseMs * 2, PAUSE_MAX_MS);
      log(`${(error as Error).message}\nThe next attempt is in ${pauseMs} ms.`);
    }
  }

  function later(): NodeJS.Timeout {
    const next = async () => {
      looking = look();
      await looking;
      if (!letGo) timer = later();
    };
    return setTimeout(() => void next(), pauseMs).unref();
  }

  return {
    /** Ends the watch, once a start under way is over; the process number as it is now. */
    async letGo() {
      letGo = true;
      clearTimeout(timer);
      await looking;
      return pid;
    },
  };
}
