import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { getDefinition } from '../api/definitions.js';
import type { Definition } from '../api/types.js';
import { type DiffLine, diffLines } from '../model/line-diff.js';
import { FoldedLines } from '../parts/folded-lines.js';
import { Empty, Failed, SkeletonRows } from '../parts/states.js';

const isSame = ({ kind }: DiffLine) => kind === 'same';

const foldedLines = (button: React.ReactNode) => <div className="fold">{button}</div>;

/** What a version changed in the one before it. */
export function VersionDiff({ definition }: { readonly definition: Definition }) {
  const { name, version } = definition;
  const before = useQuery({
    queryKey: ['definition', name, version - 1],
    queryFn: ({ signal }) => getDefinition(name, version - 1, signal),
    enabled: version > 1,
    staleTime: Infinity,
  });
  const lines = useMemo(
    () => (before.data ? diffLines(before.data.source, definition.source) : []),
    [before.data, definition],
  );
  if (version === 1) {
    return (
      <Empty title="This is its first version" command={`npx orrery register ${name}.yaml`}>
        Register it again with other content, and what changed stands here.
      </Empty>
    );
  }
  if (before.isPending) return <SkeletonRows />;
  if (before.isError) return <Failed error={before.error} retry={() => void before.refetch()} />;
  return (
    <div
      className="diff folded-lines"
      tabIndex={0}
      role="region"
      aria-label={`Version ${version} against version ${version - 1}`}
    >
      <FoldedLines lines={lines} isSame={isSame} fold={foldedLines}>
        {({ kind, text }, at) => (
          <div key={at} className={kind}>
            {text || ' '}
          </div>
        )}
      </FoldedLines>
    </div>
  );
}
