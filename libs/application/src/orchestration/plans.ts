import { type JsonObject, type Namespace, NotFound, type Plan, compileDefinition } from '@orrery/domain';
import { LRUCache } from 'lru-cache';
import { named } from '../kernel/named.js';
import type { MaybeLater } from '../kernel/stream-type.js';
import type { DefinitionContents } from './ports/definition-contents.js';

/** How many compiled definitions stay in memory. */
const PLANS_MAX = 1_000;

/** Definitions by the hash of their content, compiled and kept: immutable, so a plan is never stale. */
export class Plans {
  private readonly plans = new LRUCache<string, Plan>({ max: PLANS_MAX });

  constructor(private readonly contents: DefinitionContents) {}

  /** The plan with this hash: at once if it is in memory, else from what is stored. */
  get(namespace: Namespace, hash: string): MaybeLater<Plan> {
    return this.plans.get(named(namespace, hash)) ?? this.load(namespace, hash);
  }

  /** The plan, if it is in memory. */
  peek(namespace: Namespace, hash: string): Plan | undefined {
    return this.plans.get(named(namespace, hash));
  }

  /** Keeps a plan that was just compiled. */
  keep(namespace: Namespace, hash: string, plan: Plan): void {
    this.plans.set(named(namespace, hash), plan);
  }

  private async load(namespace: Namespace, hash: string): Promise<Plan> {
    const content = await this.contents.get(namespace, hash);
    if (!content) throw new NotFound('definition.not-found', `there is no definition with the hash ${hash}`);
    const plan = compileStored(content.document);
    this.keep(namespace, hash, plan);
    return plan;
  }
}

/** What was stored was compiled before it was stored: a fault now is a bug, not an answer. */
function compileStored(document: JsonObject): Plan {
  const compiled = compileDefinition(document);
  if (!('plan' in compiled)) throw new Error('a stored definition does not compile any more');
  return compiled.plan;
}
