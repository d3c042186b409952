import { Position, ViewportPortal, getSmoothStepPath } from '@xyflow/react';
import { useMemo } from 'react';
import { heightOf } from '../model/layout.js';
import { NODE_WIDTH } from '../model/places.js';
import type { GraphProps } from './graph.js';

const CORNER = 12;
const KINDS = ['plain', 'ghost', 'critical'] as const;
type Kind = (typeof KINDS)[number];

/** All edges of a kind are one path: a thousand of them move as one does. */
export function Edges({ laidOut, data }: Pick<GraphProps, 'laidOut' | 'data'>) {
  const drawn = useMemo(() => linesOf(laidOut), [laidOut]);
  const paths = useMemo(() => {
    const kinds = drawn.map(({ from, to, line }) => ({ kind: kindOf(data.get(from), data.get(to)), line }));
    return KINDS.map((kind) => ({ kind, line: kinds.map((each) => (each.kind === kind ? each.line : '')).join('') }));
  }, [drawn, data]);
  return (
    <ViewportPortal>
      <svg className="edges" width="1" height="1" aria-hidden="true">
        {paths.map(({ kind, line }) => (
          <path key={kind} className={kind} d={line} />
        ))}
      </svg>
    </ViewportPortal>
  );
}

type Shown = GraphProps['data'] extends ReadonlyMap<string, infer Of> ? Of : never;

function kindOf(from: Shown | undefined, to: Shown | undefined): Kind {
  if (from?.isCritical && to?.isCritical) return 'critical';
  return to?.status === 'pending' ? 'ghost' : 'plain';
}

function linesOf({ graph, places }: GraphProps['laidOut']) {
  const members = new Map(graph.nodes.map((node) => [node.id, node.members.length]));
  const ends = new Map(places.map(({ id, x, y }) => [id, { x, y: y + heightOf(members.get(id) ?? 1) / 2 }]));
  return graph.edges.map(({ from, to }) => {
    const [source, target] = [ends.get(from)!, ends.get(to)!];
    const [line] = getSmoothStepPath({
      sourceX: source.x + NODE_WIDTH,
      sourceY: source.y,
      sourcePosition: Position.Right,
      targetX: target.x,
      targetY: target.y,
      targetPosition: Position.Left,
      borderRadius: CORNER,
    });
    return { from, to, line };
  });
}
