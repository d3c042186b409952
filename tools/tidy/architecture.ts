import { importsOf, packageEntries, type Import } from './imports.js';
import { isCode, isForSpecs, isSpec, type Complaint, type Rule, type Tree } from './tree.js';

const everyImport = (tree: Tree): Import[] => {
  const entries = packageEntries(tree);
  return tree.files.filter(({ path }) => isCode(path)).flatMap((file) => importsOf(tree, entries, file));
};

const project = (path: string) => /^(?:apps|libs)\/([^/]+)\//.exec(path)?.[1];

const libraries: Record<string, readonly string[]> = {
  domain: [],
  application: ['domain'],
  infrastructure: ['application', 'domain'],
  sdk: [],
  contract: ['application', 'domain'],
  amqp: ['contract', 'infrastructure', 'application', 'domain'],
  embedded: ['contract', 'infrastructure', 'application', 'domain', 'sdk'],
  testing: ['embedded', 'infrastructure', 'application', 'domain', 'sdk'],
};
const apps: Record<string, readonly string[]> = { standalone: ['api', 'engine', 'worker'] };

function mayKnow(path: string): readonly string[] {
  const name = project(path) ?? '';
  return libraries[name] ?? [...Object.keys(libraries), ...(apps[name] ?? [])];
}

/** apps -> infrastructure -> application -> domain -> nothing, by package names only. */
export const layersKnowOnlyThoseBelow: Rule = (tree) =>
  everyImport(tree).flatMap(({ from, specifier, to }): Complaint[] => {
    const here = project(from);
    if (!here) return [];
    const ours = /^@orrery\/([^/]+)/.exec(specifier)?.[1];
    if (ours && ours !== here && !mayKnow(from).includes(ours)) return [{ path: from, what: `imports ${specifier}` }];
    const leaves = specifier.startsWith('.') && to !== undefined && project(to) !== here;
    return leaves ? [{ path: from, what: `leaves its project: ${specifier}` }] : [];
  });

const context = (path: string) => /^libs\/(?:domain|application)\/src\/([^/]+)\//.exec(path)?.[1];

/** Inside a layer a context knows the kernel and itself; of another context it knows the events. */
export const contextsKnowOnlyEventsOfOthers: Rule = (tree) =>
  everyImport(tree).flatMap(({ from, specifier, to }): Complaint[] => {
    const here = context(from);
    const there = to && project(to) === project(from) ? context(to) : undefined;
    if (!here || !there || there === here || there === 'kernel') return [];
    if (here !== 'kernel' && /\.events\.ts$/.test(to ?? '')) return [];
    return [{ path: from, what: `${here} reaches into ${there}: ${specifier}` }];
  });

/** Where a reader, a process or a tool may enter; all else has to be reached from one of these. */
const isEntry = (path: string, doors: ReadonlySet<string>) =>
  doors.has(path) || /^apps\/[^/]+\/src\/main\.tsx?$/.test(path) || !/^(apps|libs|tests)\//.test(path);

function reach(starts: readonly string[], links: ReadonlyMap<string, readonly string[]>): Set<string> {
  const seen = new Set<string>();
  const waiting = [...starts];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    waiting.push(...(links.get(path) ?? []));
  }
  return seen;
}

/** An app whose main.ts is still to come has no entry to be reached from. */
const isUnfinished = (tree: Tree, path: string) =>
  path.startsWith('apps/') && !['ts', 'tsx'].some((end) => tree.has(`apps/${project(path) ?? ''}/src/main.${end}`));

/** Code that no entry leads to is dead; what only specs reach has to say so by its name or folder. */
export const nothingIsDead: Rule = (tree) => {
  const links = new Map<string, string[]>();
  for (const { from, to } of everyImport(tree)) {
    if (to) links.set(from, [...(links.get(from) ?? []), to]);
  }
  const code = tree.files.map(({ path }) => path).filter(isCode);
  const doors = new Set(packageEntries(tree).values());
  const entries = code.filter((path) => isEntry(path, doors) && !isSpec(path));
  const alive = reach(entries, links);
  const usedBySpecs = reach([...entries, ...code.filter(isSpec)], links);
  return code
    .filter((path) => /\.tsx?$/.test(path) && !isUnfinished(tree, path))
    .filter((path) => !(isForSpecs(path) ? usedBySpecs : alive).has(path))
    .map((path) => ({ path, what: 'nothing leads here' }));
};
