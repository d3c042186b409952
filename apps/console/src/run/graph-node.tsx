import type { Node, NodeProps } from '@xyflow/react';
import type { TaskStatus } from '../api/types.js';
import { LOOKS, STATUS_ORDER, type StatusCounts } from '../model/status.js';
import { StateMark } from '../parts/state-mark.js';

/** What a node of the graph shows. */
export interface NodeData extends Record<string, unknown> {
  readonly label: string;
  readonly type: string;
  /** Undefined where only the plan is shown, and nothing of a run. */
  readonly status: TaskStatus | undefined;
  readonly counts: StatusCounts;
  readonly total: number;
  readonly aside: string;
  readonly isCritical: boolean;
  readonly isSelected: boolean;
  readonly isDim: boolean;
  readonly open: () => void;
}

export type GraphFlowNode = Node<NodeData, 'task'>;

/** A task, or many that are alike with how they are. */
export function GraphNode({ data }: NodeProps<GraphFlowNode>) {
  const { label, type, status, counts, total, aside, open } = data;
  return (
    <button type="button" className={classOf(data)} onClick={open} title={`${label} (${type})`}>
      {status ? <StateMark status={status} size={16} /> : <span />}
      <span className="words">
        <span className="name cut">{label}</span>
        <span className="type cut">{type}</span>
      </span>
      <span className="aside">{total > 1 ? total.toLocaleString('en') : aside}</span>
      <span className="unseen">{sayState(data)}</span>
      {total > 1 && <Shares counts={counts} />}
    </button>
  );
}

function classOf({ status, total, isCritical, isSelected, isDim }: NodeData): string {
  const tone = status && status !== 'pending' ? `is-${LOOKS[status].tone}` : '';
  const flags = {
    ghost: status === 'pending',
    many: total > 1,
    critical: isCritical,
    selected: isSelected,
    dim: isDim,
  };
  return ['node', tone, ...Object.entries(flags).flatMap(([name, is]) => (is ? [name] : []))].join(' ');
}

/** Its state in words: for who hears the graph. */
function sayState({ status, counts, total }: NodeData): string {
  if (!status) return '';
  return total > 1 ? `tasks: ${sayCounts(counts)}` : LOOKS[status].word;
}

/** `3 failed, 12 completed`: what is wrong first. */
function sayCounts(counts: StatusCounts): string {
  return STATUS_ORDER.flatMap((status) => {
    const count = counts[status] ?? 0;
    return count > 0 ? [`${count} ${LOOKS[status].word.toLowerCase()}`] : [];
  }).join(', ');
}

function Shares({ counts }: { readonly counts: StatusCounts }) {
  return (
    <span className="shares" title={sayCounts(counts)}>
      {STATUS_ORDER.map((status) => {
        const count = counts[status] ?? 0;
        if (count === 0) return null;
        const isPending = status === 'pending' ? 'pending' : '';
        return <span key={status} className={`tone-${LOOKS[status].tone} ${isPending}`} style={{ flexGrow: count }} />;
      })}
    </span>
  );
}
