import { Refused } from '../api/request.js';
import type { Problem } from '../api/types.js';
import { asSentence } from '../model/sentences.js';
import { CodeBlock } from './code-block.js';
import { CopyButton } from './copy.js';
import './states.css';

/** Two planets on their way: what stands where nothing is. */
function Orbit() {
  return (
    <svg className="orbit" width="56" height="56" viewBox="0 0 56 56" fill="none" aria-hidden="true">
      <circle cx="28" cy="28" r="25" stroke="currentColor" strokeOpacity=".3" />
      <circle cx="28" cy="28" r="14" stroke="currentColor" strokeOpacity=".55" />
      <circle cx="28" cy="28" r="4" fill="currentColor" />
      <circle cx="45.7" cy="10.3" r="4" fill="var(--text-soft)" />
      <circle cx="14.6" cy="32" r="2.6" fill="var(--text-soft)" />
    </svg>
  );
}

export interface EmptyProps {
  readonly title: string;
  readonly children: React.ReactNode;
  /** A command that would fill the place. */
  readonly command?: string;
  readonly actions?: React.ReactNode;
}

/** Nothing is here, and how that would change. */
export function Empty({ title, children, command, actions }: EmptyProps) {
  return (
    <section className="notice">
      <Orbit />
      <h2>{title}</h2>
      <p className="soft">{children}</p>
      {command && <CodeBlock text={command} wraps />}
      {actions && <div className="actions">{actions}</div>}
    </section>
  );
}

/** What went wrong, as a problem, whatever it was. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Refused) return error.problem;
  const detail = error instanceof Error ? error.message : String(error);
  return { title: 'The console failed', status: 0, detail, code: 'console.failed', retryable: false };
}

const FORBIDDEN = new Set([401, 403]);
const ABSENT = new Set([404, 410]);

export interface FailedProps {
  readonly error: unknown;
  readonly retry?: () => void;
  /** What leads on, where there is no such thing: asking again would not help. */
  readonly instead?: React.ReactNode;
}

/** What went wrong, why, and what to do; or that one may not see this. */
export function Failed({ error, retry, instead }: FailedProps) {
  const problem = problemOf(error);
  const isForbidden = FORBIDDEN.has(problem.status);
  const isAbsent = instead !== undefined && ABSENT.has(problem.status);
  const text = [problem.code, problem.detail, problem.requestId && `request ${problem.requestId}`]
    .filter(Boolean)
    .join('\n');
  return (
    <section className="notice" role="alert">
      <h2>{isForbidden ? 'You may not see this' : problem.title}</h2>
      <p>{asSentence(problem.detail)}</p>
      {isForbidden && <p className="soft">Ask whoever runs this installation for a role that may read it.</p>}
      <p className="faint mono">
        {problem.code}
        {problem.requestId && ` · ${problem.requestId}`}
      </p>
      <div className="actions">
        {isAbsent && instead}
        {retry && !isForbidden && !isAbsent && (
          <button type="button" className="button" onClick={retry}>
            Try again
          </button>
        )}
        <CopyButton text={text} label="Copy the details" />
      </div>
    </section>
  );
}

/** A problem in the middle of something else. */
export function InlineProblem({ error }: { readonly error: unknown }) {
  const problem = problemOf(error);
  return (
    <div className="inline-problem" role="alert">
      <span>{asSentence(problem.detail)}</span>
      <span className="faint mono">{problem.code}</span>
    </div>
  );
}

const WIDTHS = [62, 128, 96, 210, 54];

/** Rows of a list that is still on its way. */
export function SkeletonRows({ rows = 12 }: { readonly rows?: number }) {
  return (
    <div role="group" aria-busy="true" aria-label="Loading">
      {Array.from({ length: rows }, (_, row) => (
        <div className="skeleton-row" key={row}>
          {WIDTHS.map((width, index) => (
            <span className="skeleton" key={width} style={{ width: width + ((row * 37 + index * 19) % 48) }} />
          ))}
        </div>
      ))}
    </div>
  );
}
