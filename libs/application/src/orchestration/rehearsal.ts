import type { EngineKernel } from './engine-kernel.js';
import { Plans } from './plans.js';
import type { DefinitionContents } from './ports/definition-contents.js';
import { workflowStreams } from './workflow-streams.js';

/** The kernel for what is only tried: definitions that come with it are known to it, and stored nowhere. */
export function rehearsalOf(kernel: EngineKernel): EngineKernel {
  const contents: DefinitionContents = {
    put: () => Promise.resolve(),
    get: (namespace, hash) => kernel.contents.get(namespace, hash),
  };
  const plans = new Plans(contents);
  return { ...kernel, contents, plans, workflows: workflowStreams(plans) };
}
