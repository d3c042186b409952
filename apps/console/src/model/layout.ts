import dagre from '@dagrejs/dagre';
import type { Graph } from './collapse.js';

export const NODE_WIDTH = 196;
export const NODE_HEIGHT = 46;
export const GROUP_HEIGHT = 62;

/** Where a node stands: its upper left corner, in pixels. */
export interface Placed {
  readonly id: string;
  readonly x: number;
  readonly y: number;
}

/** How high a node is drawn: one that stands for many shows how they are. */
export const heightOf = (members: number) => (members > 1 ? GROUP_HEIGHT : NODE_HEIGHT);

/** Lays a graph out from left to right. */
export function layOut({ nodes, edges }: Graph): readonly Placed[] {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: 'LR', ranksep: 64, nodesep: 18, marginx: 24, marginy: 24 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id, members } of nodes) graph.setNode(id, { width: NODE_WIDTH, height: heightOf(members.length) });
  for (const { from, to } of edges) graph.setEdge(from, to);
  dagre.layout(graph);
  return nodes.map(({ id, members }) => {
    const { x, y } = graph.node(id) as { x: number; y: number };
    return { id, x: x - NODE_WIDTH / 2, y: y - heightOf(members.length) / 2 };
  });
}
