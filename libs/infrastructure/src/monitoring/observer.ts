import {
  type Clock,
  type Log,
  type Orchestration,
  type OrchestrationPorts,
  type Ownership,
  type ViewBatch,
  type ViewWriter,
  assemble,
} from '@orrery/application';

/** Watches an orchestration at work, at its ports and after its commits, and changes nothing. Times are milliseconds. */
export interface Observer {
  /** Here it is, and has not begun. */
  follow(orchestration: Orchestration): void;
  /** A statement of the log was answered: so many rows of it are there. */
  appended?(rows: number, tookMs: number): void;
  /** A batch of the lists is there to be read. */
  written?(batch: ViewBatch): void;
  /** These partitions are owned from now on. */
  owns?(partitions: ReadonlySet<number>): void;
}

/** Assembles an orchestration that is watched. */
export function assembleObserved(ports: OrchestrationPorts, observers: readonly Observer[]): Orchestration {
  if (observers.length === 0) return assemble(ports);
  const orchestration = assemble(overheard(ports, observers));
  for (const observer of observers) observer.follow(orchestration);
  return orchestration;
}

/** The same ports, while somebody listens to what goes through them. */
function overheard(ports: OrchestrationPorts, observers: readonly Observer[]): OrchestrationPorts {
  const { log, viewWriter, ownership, clock } = ports;
  const write: ViewWriter['write'] = async (batch) => {
    const isWritten = await viewWriter.write(batch);
    if (isWritten) for (const observer of observers) observer.written?.(batch);
    return isWritten;
  };
  const start: Ownership['start'] = (onChange) =>
    ownership.start((owned) => {
      for (const observer of observers) observer.owns?.(owned);
      return onChange(owned);
    });
  return {
    ...ports,
    log: heardLog(log, observers, clock),
    viewWriter: overlaid(viewWriter, { write }),
    ownership: overlaid(ownership, { start }),
  };
}

/** Of several databases each has its own statements. */
function heardLog(log: Log, observers: readonly Observer[], clock: Clock): Log {
  const { shards } = log;
  if (shards) {
    return overlaid(log, { shards: shards.map((shard) => ({ ...shard, log: heardLog(shard.log, observers, clock) })) });
  }
  const append: Log['append'] = async (rows) => {
    const sentAt = clock.now();
    const appended = await log.append(rows);
    for (const observer of observers) observer.appended?.(rows.length - appended.conflicts.size, clock.now() - sentAt);
    return appended;
  };
  return overlaid(log, { append });
}

/** A port of which some methods are others; every other one is its own, and knows nothing of it. */
function overlaid<Port extends object>(port: Port, others: Partial<Port>): Port {
  const methods = new Map<PropertyKey, unknown>(Object.entries(others));
  return new Proxy(port, {
    get(target, name) {
      if (methods.has(name)) return methods.get(name);
      const member = Reflect.get(target, name, target) as unknown;
      if (typeof member !== 'function') return member;
      const method = (member as (...args: unknown[]) => unknown).bind(target);
      methods.set(name, method);
      return method;
    },
  });
}
