import { CopyButton } from './copy.js';

export interface CodeBlockProps {
  readonly text: string;
  /** Long lines are broken, not scrolled. */
  readonly wraps?: boolean;
}

/** Text as it would be typed or written, with a button that copies it. */
export function CodeBlock({ text, wraps = false }: CodeBlockProps) {
  return (
    <div className="code-block">
      <pre className={`code ${wraps ? 'wraps' : ''}`} tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} />
    </div>
  );
}
