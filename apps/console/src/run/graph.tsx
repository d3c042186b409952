import { MiniMap, type Node, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { useMemo, useState } from 'react';
import { heightOf } from '../model/layout.js';
import { NODE_WIDTH } from '../model/places.js';
import { LOOKS } from '../model/status.js';
import './graph.css';
import { CanvasGraph } from './canvas-graph.js';
import { Edges } from './graph-edges.js';
import { GraphNode, type GraphFlowNode, type NodeData } from './graph-node.js';
import { MOVE, Tools } from './graph-tools.js';
import type { LaidOut } from './use-layout.js';

const NODE_TYPES = { task: GraphNode };
// They are drawn by ourselves: see Edges.
const NO_EDGES: never[] = [];
/** A smaller graph is seen whole. */
const MINIMAP_FROM = 10;

export interface GraphProps {
  readonly laidOut: LaidOut;
  /** What each node shows, by its id. */
  readonly data: ReadonlyMap<string, Omit<NodeData, 'isDim'>>;
  readonly extra?: React.ReactNode;
}

/** Of more nodes than these, each one would cost the page too much. */
const ELEMENTS_MAX = 100;

/** A graph to look at: it can be moved, made larger, and searched. Only what is in sight is drawn. */
export function Graph({ laidOut, data, extra }: GraphProps) {
  const [text, setText] = useState('');
  const nodes = useMemo(() => nodesOf(laidOut, data, text.trim().toLowerCase()), [laidOut, data, text]);
  const Way = nodes.length > ELEMENTS_MAX ? CanvasGraph : Flow;
  return (
    <ReactFlowProvider>
      <Way laidOut={laidOut} data={data} nodes={nodes} text={text} setText={setText} extra={extra} />
    </ReactFlowProvider>
  );
}

interface FlowProps extends GraphProps {
  readonly nodes: GraphFlowNode[];
  readonly text: string;
  readonly setText: (text: string) => void;
}

function Flow({ laidOut, data, nodes, text, setText, extra }: FlowProps) {
  const flow = useReactFlow();
  const show = () => {
    const found = nodes.filter((node) => !node.data.isDim);
    if (text.trim() !== '' && found.length > 0)
      void flow.fitView({ nodes: found, maxZoom: 1.2, padding: 0.4, ...MOVE });
  };
  return (
    <div className="graph" role="group" aria-label="Graph of the tasks">
      <ReactFlow
        nodes={nodes}
        edges={NO_EDGES}
        nodeTypes={NODE_TYPES}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        elementsSelectable={false}
        fitView
        fitViewOptions={firstLook(nodes)}
        minZoom={0.05}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <Edges laidOut={laidOut} data={data} />
        <Panel position="top-right">
          <Tools
            text={text}
            setText={setText}
            show={show}
            fit={() => void flow.fitView({ ...FITTED, ...MOVE })}
            extra={extra}
          />
        </Panel>
        {nodes.length >= MINIMAP_FROM && (
          <MiniMap
            pannable
            zoomable
            ariaLabel="The whole graph"
            nodeClassName={toneClass}
            style={{ height: 92, width: 150 }}
          />
        )}
      </ReactFlow>
    </div>
  );
}

const NARROW_PX = 640;
const FITTED = { padding: 0.14, maxZoom: 1.15 };
const WHOLE = { ...FITTED, minZoom: 0.2 };

/** Where little fits, what is wrong or under way is looked at first, large enough to be read. */
function firstLook(nodes: readonly GraphFlowNode[]) {
  if (innerWidth > NARROW_PX) return WHOLE;
  const isTold = ({ data: { status } }: GraphFlowNode) => status === 'failed' || status === 'running';
  const told = nodes.filter(isTold);
  return { ...WHOLE, minZoom: 0.6, nodes: (told.length > 0 ? told : nodes).slice(0, 2) };
}

const toneClass = (node: Node) => {
  const { status } = node.data as NodeData;
  return `tone-${status && status !== 'pending' ? LOOKS[status].tone : 'idle'}`;
};

function nodesOf({ graph, places }: LaidOut, data: GraphProps['data'], text: string): GraphFlowNode[] {
  const members = new Map(graph.nodes.map((node) => [node.id, node.members.length]));
  return places.map(({ id, x, y }) => {
    const shown = data.get(id)!;
    const isDim = text !== '' && !`${shown.label} ${shown.type}`.toLowerCase().includes(text);
    const height = heightOf(members.get(id) ?? 1);
    return { id, type: 'task', position: { x, y }, width: NODE_WIDTH, height, data: { ...shown, isDim } as NodeData };
  });
}
