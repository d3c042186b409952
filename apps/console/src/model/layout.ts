import dagre from '@dagrejs/dagre';
import { type Graph, NODES_MAX } from './collapse.js';
import { inColumns } from './columns.js';
import { NODE_HEIGHT, NODE_WIDTH, type Placed } from './places.js';

export const GROUP_HEIGHT = 62;

/** How high a node is drawn: one that stands for many shows how they are. */
export const heightOf = (members: number) => (members > 1 ? GROUP_HEIGHT : NODE_HEIGHT);

/** Lays a graph out from left to right; a large one in a simpler way, which takes no longer for many than for few. */
export function layOut({ nodes, edges }: Graph): readonly Placed[] {
  if (nodes.length > NODES_MAX) return inColumns({ nodes, edges });
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
