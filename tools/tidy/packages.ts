import type { Rule } from './tree.js';

interface Locked {
  readonly optionalDependencies?: Record<string, string>;
}

/** Where Node would look for a package from a given place: beside it, then in every folder above. */
function places(from: string, name: string): string[] {
  const inside = from === '' ? `node_modules/${name}` : `${from}/node_modules/${name}`;
  const above = from.lastIndexOf('node_modules/');
  if (above < 0) return [inside];
  return [inside, ...places(from.slice(0, above).replace(/\/$/, ''), name)];
}

/** The lock holds what every platform needs, or `npm ci` refuses it elsewhere; npm forgets some at times. */
export const theLockServesEveryPlatform: Rule = (tree) => {
  const path = 'package-lock.json';
  const { packages = {} } = JSON.parse(tree.text(path) ?? '{}') as { packages?: Record<string, Locked> };
  return Object.entries(packages).flatMap(([from, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter((name) => !places(from, name).some((place) => place in packages))
      .map((name) => ({ path, what: `${from} may need ${name}, which is not locked` })),
  );
};
