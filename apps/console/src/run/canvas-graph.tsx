import { Panel, ReactFlow, useReactFlow, useStore } from '@xyflow/react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { TaskStatus } from '../api/types.js';
import { NODE_WIDTH } from '../model/places.js';
import { LOOKS, STATUS_ORDER } from '../model/status.js';
import { StateMark } from '../parts/state-mark.js';
import { type Card, type Paint, type Scene, drawGraph } from './draw-graph.js';
import { Tools } from './graph-tools.js';
import type { GraphFlowNode } from './graph-node.js';
import type { LaidOut } from './use-layout.js';

export interface CanvasGraphProps {
  readonly laidOut: LaidOut;
  readonly nodes: readonly GraphFlowNode[];
  readonly text: string;
  readonly setText: (text: string) => void;
  readonly extra: React.ReactNode;
}

/** A graph of many nodes, drawn on a canvas: from afar a mosaic of states, from near names and edges. */
export function CanvasGraph({ laidOut, nodes, text, setText, extra }: CanvasGraphProps) {
  const [under, setUnder] = useState<Card>();
  const flow = useReactFlow();
  const scene = useMemo(() => sceneOf(laidOut, nodes), [laidOut, nodes]);
  const { cards } = scene;
  const fit = (some = cards) => void flow.fitBounds(boundsOf(some), MARGIN);
  const show = () => {
    const found = cards.filter(({ isDim }) => !isDim);
    if (text.trim() !== '' && found.length > 0) fit(found);
  };
  const cardAt = ({ clientX, clientY }: React.MouseEvent) => {
    const { x, y } = flow.screenToFlowPosition({ x: clientX, y: clientY });
    return cards.find((card) => x >= card.x && x < card.x + NODE_WIDTH && y >= card.y && y < card.y + card.height);
  };
  return (
    <div className={`graph drawn ${under ? 'pointing' : ''}`} role="group" aria-label="Graph of the tasks">
      <ReactFlow
        nodes={NONE}
        edges={NONE}
        minZoom={0.01}
        maxZoom={2}
        onInit={() => fit()}
        onPaneMouseMove={(event) => setUnder(cardAt(event))}
        onPaneMouseLeave={() => setUnder(undefined)}
        onPaneClick={(event) => cardAt(event)?.open()}
        proOptions={{ hideAttribution: true }}
      >
        <Canvas scene={scene} />
        <Panel position="top-right">
          <Tools text={text} setText={setText} show={show} fit={() => fit()} extra={extra} />
        </Panel>
        <Panel position="bottom-left">
          <Legend cards={cards} under={under} />
        </Panel>
      </ReactFlow>
    </div>
  );
}

const NONE: never[] = [];
/** Room for the tools and the legend. */
const MARGIN = { padding: 0.2 };

function sceneOf({ graph }: LaidOut, nodes: readonly GraphFlowNode[]): Scene {
  const cards = nodes.map(({ position, height = 0, data }) => ({ ...data, ...position, height }));
  const at = new Map(nodes.map(({ id }, index) => [id, index]));
  return { cards, edges: graph.edges.map(({ from, to }) => [at.get(from)!, at.get(to)!] as const) };
}

function boundsOf(cards: readonly Card[]) {
  const [xs, ys] = [cards.map(({ x }) => x), cards.map(({ y }) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  const bottom = Math.max(...cards.map((card) => card.y + card.height));
  return { x, y, width: Math.max(...xs) - x + NODE_WIDTH, height: bottom - y };
}

interface LegendProps {
  readonly cards: readonly Card[];
  readonly under: Card | undefined;
}

/** What the colours mean, how many there are of each, and what is pointed at. */
function Legend({ cards, under }: LegendProps) {
  const counts = useMemo(() => STATUS_ORDER.map((status) => [status, countOf(cards, status)] as const), [cards]);
  const some = cards[0]?.status === undefined ? [] : counts.filter(([, count]) => count > 0);
  if (some.length === 0 && !under) return null;
  return (
    <div className="legend">
      {some.map(([status, count]) => (
        <span key={status}>
          <StateMark status={status} /> {count.toLocaleString('en')} {LOOKS[status].word.toLowerCase()}
        </span>
      ))}
      {under && (
        <span>
          {under.label}{' '}
          <span className="soft">{under.status ? LOOKS[under.status].word.toLowerCase() : under.type}</span>
        </span>
      )}
    </div>
  );
}

const countOf = (cards: readonly Card[], status: TaskStatus) =>
  cards.reduce((sum, { counts }) => sum + (counts[status] ?? 0), 0);

const COLOURS = {
  idle: 'var(--idle)',
  active: 'var(--active)',
  done: 'var(--done)',
  failed: 'var(--failed)',
  undone: 'var(--undone)',
  text: 'var(--text)',
  soft: 'var(--text-soft)',
  edge: 'var(--hairline-strong)',
  card: 'var(--raised)',
  accent: 'var(--accent)',
} as const;

function Canvas({ scene }: { readonly scene: Scene }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const swatches = useRef<HTMLSpanElement>(null);
  const sight = useSight();
  const scheme = useScheme();
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (!pen || !swatches.current || sight.width === 0) return;
    fitTo(pen.canvas, sight);
    drawGraph(pen, scene, sight, paintOf(swatches.current));
  }, [scene, sight, scheme]);
  return (
    <>
      <canvas ref={canvas} aria-hidden="true" />
      <span ref={swatches} hidden>
        {Object.entries(COLOURS).map(([name, color]) => (
          <span key={name} style={{ color }} />
        ))}
      </span>
    </>
  );
}

function useSight() {
  const [x, y, zoom] = useStore(({ transform }) => transform);
  const width = useStore((store) => store.width);
  const height = useStore((store) => store.height);
  return useMemo(() => ({ x, y, zoom, width, height }), [x, y, zoom, width, height]);
}

/** A canvas of as many pixels as the screen has there. */
function fitTo(canvas: HTMLCanvasElement, { width, height }: { readonly width: number; readonly height: number }) {
  const [wide, high] = [Math.round(width * devicePixelRatio), Math.round(height * devicePixelRatio)];
  if (canvas.width === wide && canvas.height === high) return;
  Object.assign(canvas, { width: wide, height: high });
}

/** The colours of the theme that holds, as a canvas takes them. */
function paintOf(swatches: HTMLElement): Paint {
  const found = [...swatches.children].map((each) => getComputedStyle(each).color);
  const { idle, active, done, failed, undone, ...others } = Object.fromEntries(
    Object.keys(COLOURS).map((name, at) => [name, found[at]!]),
  ) as Record<keyof typeof COLOURS, string>;
  return { tones: { idle, active, done, failed, undone }, ...others, font: getComputedStyle(swatches).fontFamily };
}

/** Counts how often the theme has changed. */
function useScheme(): number {
  const [changes, setChanges] = useState(0);
  useEffect(() => {
    const change = () => setChanges((before) => before + 1);
    const system = matchMedia('(prefers-color-scheme: dark)');
    const chosen = new MutationObserver(change);
    chosen.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    system.addEventListener('change', change);
    return () => {
      chosen.disconnect();
      system.removeEventListener('change', change);
    };
  }, []);
  return changes;
}
