import { type Edge, MiniMap, type Node, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import '@xyflow/react/dist/style.css';
import { Maximize, Minus, Plus } from 'lucide-react';
import { memo, useMemo, useState } from 'react';
import { NODE_WIDTH, heightOf } from '../model/layout.js';
import { LOOKS } from '../model/status.js';
import './graph.css';
import { GraphNode, type GraphFlowNode, type NodeData } from './graph-node.js';
import type { LaidOut } from './use-layout.js';

const NODE_TYPES = { task: GraphNode };
/** A smaller graph is seen whole. */
const MINIMAP_FROM = 10;

export interface GraphProps {
  readonly laidOut: LaidOut;
  /** What each node shows, by its id. */
  readonly data: ReadonlyMap<string, Omit<NodeData, 'isDim'>>;
  readonly extra?: React.ReactNode;
}

/** A graph to look at: it can be moved, made larger, and searched. Only what is in sight is drawn. */
export function Graph(props: GraphProps) {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow({ laidOut, data, extra }: GraphProps) {
  const [text, setText] = useState('');
  const nodes = useMemo(() => nodesOf(laidOut, data, text.trim().toLowerCase()), [laidOut, data, text]);
  const edges = useMemo(() => edgesOf(laidOut, data), [laidOut, data]);
  return (
    <div className="graph" role="group" aria-label="Graph of the tasks">
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        onlyRenderVisibleElements
        nodesDraggable={false}
        nodesConnectable={false}
        nodesFocusable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        fitView
        fitViewOptions={firstLook(nodes)}
        minZoom={0.05}
        maxZoom={2}
        proOptions={{ hideAttribution: true }}
      >
        <Panel position="top-right">
          <Tools text={text} setText={setText} nodes={nodes} extra={extra} />
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
const WHOLE = { padding: 0.14, maxZoom: 1.15, minZoom: 0.2 };

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

interface ToolsProps {
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly nodes: readonly GraphFlowNode[];
  readonly extra: React.ReactNode;
}

const MOVE = { duration: 180 } as const;

const Tools = memo(function Tools({ text, setText, nodes, extra }: ToolsProps) {
  const flow = useReactFlow();
  const show = () => {
    const found = nodes.filter((node) => !node.data.isDim);
    if (text.trim() !== '' && found.length > 0)
      void flow.fitView({ nodes: found, maxZoom: 1.2, padding: 0.4, ...MOVE });
  };
  return (
    <div className="tools">
      <input
        className="field find-task"
        type="search"
        placeholder="Find a task"
        aria-label="Find a task in the graph"
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={({ key }) => key === 'Enter' && show()}
      />
      <button type="button" className="icon-button" aria-label="Smaller" onClick={() => void flow.zoomOut(MOVE)}>
        <Minus size={15} />
      </button>
      <button type="button" className="icon-button" aria-label="Larger" onClick={() => void flow.zoomIn(MOVE)}>
        <Plus size={15} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Show all of it"
        onClick={() => void flow.fitView({ padding: 0.14, maxZoom: 1.15, ...MOVE })}
      >
        <Maximize size={14} />
      </button>
      {extra}
    </div>
  );
});

function nodesOf({ graph, places }: LaidOut, data: GraphProps['data'], text: string): GraphFlowNode[] {
  const members = new Map(graph.nodes.map((node) => [node.id, node.members.length]));
  return places.map(({ id, x, y }) => {
    const shown = data.get(id)!;
    const isDim = text !== '' && !`${shown.label} ${shown.type}`.toLowerCase().includes(text);
    const height = heightOf(members.get(id) ?? 1);
    return { id, type: 'task', position: { x, y }, width: NODE_WIDTH, height, data: { ...shown, isDim } as NodeData };
  });
}

function edgesOf({ graph }: LaidOut, data: GraphProps['data']): Edge[] {
  return graph.edges.map(({ from, to }) => {
    const [source, target] = [data.get(from), data.get(to)];
    const isCritical = source?.isCritical && target?.isCritical;
    const isGhost = target?.status === 'pending';
    const className = isCritical ? 'critical' : isGhost ? 'ghost' : '';
    const pathOptions = { borderRadius: 12 };
    return { id: `${from}→${to}`, source: from, target: to, type: 'smoothstep', className, pathOptions } as Edge;
  });
}
