import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { getDefinition } from '../api/definitions.js';
import { CodeBlock } from '../parts/code-block.js';
import { Empty, Failed, SkeletonRows } from '../parts/states.js';
import type { TabProps } from './run-page.js';

/** What the run follows, as its author wrote it. */
export function DefinitionTab({ view }: TabProps) {
  const { name, version, hash } = view.now.definition;
  const definition = useQuery({
    queryKey: ['definition', name, version],
    queryFn: ({ signal }) => getDefinition(name, version!, signal),
    enabled: version !== null,
    staleTime: Infinity,
  });
  if (version === null) {
    return (
      <Empty title="It came with the start">
        This definition was never registered: the run carries it along, under the hash{' '}
        <span className="mono">{hash.slice(0, 12)}</span>. Register it, and its versions stand here.
      </Empty>
    );
  }
  if (definition.isPending) return <SkeletonRows />;
  if (definition.isError) return <Failed error={definition.error} retry={() => void definition.refetch()} />;
  return (
    <>
      <div className="bar">
        <Link className="link" to={`/definitions/${name}?version=${version}`}>
          {name}, version {version}
        </Link>
      </div>
      <CodeBlock text={definition.data.source} />
    </>
  );
}
