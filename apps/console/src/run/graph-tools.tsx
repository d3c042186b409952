import { useReactFlow } from '@xyflow/react';
import { Maximize, Minus, Plus } from 'lucide-react';

export interface ToolsProps {
  /** What is searched for. */
  readonly text: string;
  readonly setText: (text: string) => void;
  /** Goes to what was found, and to the whole. */
  readonly show: () => void;
  readonly fit: () => void;
  readonly extra: React.ReactNode;
}

export const MOVE = { duration: 180 } as const;

/** To search a graph, and to make it larger and smaller. */
export function Tools({ text, setText, show, fit, extra }: ToolsProps) {
  const flow = useReactFlow();
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
      <button type="button" className="icon-button" aria-label="Show all of it" onClick={fit}>
        <Maximize size={14} />
      </button>
      {extra}
    </div>
  );
}
