import type { Json } from '../api/types.js';
import { hasEnded } from '../model/status.js';
import { JsonSection } from '../parts/json-section.js';
import './data-tab.css';
import type { TabProps } from './run-page.js';

const SHOWN_MAX = 200;

/** What went in, what came out, and what each task gave, at the moment that is shown. */
export function DataTab({ view }: TabProps) {
  const { now, page, shown, events, version } = view;
  const done = shown.tasks.filter(({ output }) => output !== null).slice(0, SHOWN_MAX);
  const outputs = Object.fromEntries(done.map(({ key, output }) => [key, output]));
  const end = events.slice(0, version).findLast(({ type }) => type === 'WorkflowCompleted');
  const output = page?.output ?? end?.data['output'] ?? null;
  return (
    <div className="data">
      <JsonSection title="Input" value={now.input} isOmitted={now.inputOmitted} />
      <JsonSection
        title="Output"
        value={output}
        isOmitted={page?.outputOmitted}
        absent={
          hasEnded(shown.status)
            ? 'It was not completed, and gave nothing.'
            : 'There is none before the run is completed.'
        }
      />
      {shown.error && <JsonSection title="Error" value={shown.error as unknown as Json} />}
      <JsonSection
        title="Outputs of tasks"
        value={done.length > 0 ? outputs : null}
        absent="No task has given anything yet."
      />
    </div>
  );
}
