import type { Json } from '../api/types.js';
import { CopyButton } from './copy.js';
import { JsonView } from './json-view.js';

export interface JsonSectionProps {
  readonly title: string;
  readonly value: Json;
  /** The value is large, and was left out. */
  readonly isOmitted?: boolean;
  readonly absent?: string;
}

/** A payload with its name; it can be copied. */
export function JsonSection({ title, value, isOmitted = false, absent = 'Nothing.' }: JsonSectionProps) {
  const isThere = value !== null && !isOmitted;
  return (
    <section>
      <header>
        <h3>{title}</h3>
        {isThere && <CopyButton text={JSON.stringify(value, null, 2)} />}
      </header>
      {isOmitted && <p className="faint">It is larger than 64 KiB. The API gives it with payloads=true.</p>}
      {!isThere && !isOmitted && <p className="faint">{absent}</p>}
      {isThere && <JsonView value={value} />}
    </section>
  );
}
