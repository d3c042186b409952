import { useEffect, useMemo, useState } from 'react';
import { type Graph, type GraphTask, collapse } from '../model/collapse.js';
import type { Placed } from '../model/layout.js';

export interface LaidOut {
  readonly graph: Graph;
  readonly places: readonly Placed[];
}

/** A graph of tasks, collapsed, with where its nodes stand; undefined while that is being worked out, beside the page. */
export function useLayout(tasks: readonly GraphTask[]): LaidOut | undefined {
  // Only what the shape comes from; states change much more often.
  const shape = tasks.map(({ id, dependsOn }) => `${id}<${dependsOn.join()}`).join(';');
  const graph = useMemo(() => collapse(tasks), [shape]);
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
