import { useState } from 'react';
import type { Json } from '../api/types.js';
import { asCommand, asCurl } from '../model/same-start.js';
import { CodeBlock } from '../parts/code-block.js';

export interface StartBesideProps {
  readonly name: string;
  readonly input: Json;
  readonly change: (input: Json) => void;
}

/** The same as the form: as JSON, which can be written here, and as it is typed in a terminal. */
export function StartBeside({ name, input, change }: StartBesideProps) {
  const command = asCommand(name, input);
  const curl = asCurl(location.origin, name, input);
  return (
    <div className="beside">
      <RawInput input={input} change={change} />
      <section>
        <h3>From a terminal</h3>
        <CodeBlock text={command} wraps />
      </section>
      <section>
        <h3>With curl</h3>
        <CodeBlock text={curl} wraps />
      </section>
    </div>
  );
}

function RawInput({ input, change }: Pick<StartBesideProps, 'input' | 'change'>) {
  /** What is being written, while it is no JSON or nobody has looked elsewhere. */
  const [draft, setDraft] = useState<string>();
  const text = draft ?? JSON.stringify(input, null, 2);
  const isWrong = draft !== undefined && !isJson(draft);
  return (
    <label className="labelled">
      <span>Input, as JSON</span>
      <textarea
        className="field"
        rows={Math.min(16, text.split('\n').length + 1)}
        spellCheck={false}
        value={text}
        aria-invalid={isWrong}
        onChange={({ target }) => {
          setDraft(target.value);
          if (isJson(target.value)) change(JSON.parse(target.value) as Json);
        }}
        onBlur={() => !isWrong && setDraft(undefined)}
      />
      {isWrong && <span className="tone-failed">This is no JSON yet; the form keeps what it had.</span>}
    </label>
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
