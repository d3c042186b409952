import { useEffect, useMemo, useState } from 'react';
import { type Graph, type GraphTask, collapse, everyTask } from '../model/collapse.js';
import type { Placed } from '../model/places.js';

export interface LaidOut {
  readonly graph: Graph;
  readonly places: readonly Placed[];
}

/**
 * A graph of tasks, collapsed unless the whole is wanted, with where its nodes stand; undefined while that is being worked
 * out, beside the page.
 */
export function useLayout(tasks: readonly GraphTask[], isWhole = false): LaidOut | undefined {
  const shape = useShape(tasks);
  const graph = useMemo(() => (isWhole ? everyTask(shape) : collapse(shape)), [shape, isWhole]);
  const [laidOut, setLaidOut] = useState<LaidOut>();
  useEffect(() => {
    const worker = new Worker(new URL('./layout-worker.ts', import.meta.url), { type: 'module' });
    worker.addEventListener('message', ({ data }: MessageEvent<readonly Placed[]>) => {
      setLaidOut({ graph, places: data });
      worker.terminate();
    });
    worker.postMessage(graph);
    return () => worker.terminate();
  }, [graph]);
  return laidOut?.graph === graph ? laidOut : undefined;
}

/** The tasks as they were when their shape last changed; their states change much more often. */
function useShape(tasks: readonly GraphTask[]): readonly GraphTask[] {
  const [shape, setShape] = useState(tasks);
  const isSame = tasks.length === shape.length && tasks.every((task, at) => isAlike(task, shape[at]!));
  if (!isSame) setShape(tasks);
  return isSame ? shape : tasks;
}

function isAlike({ id, dependsOn }: GraphTask, other: GraphTask): boolean {
  if (id !== other.id || dependsOn.length !== other.dependsOn.length) return false;
  return dependsOn === other.dependsOn || dependsOn.every((on, at) => on === other.dependsOn[at]);
}
