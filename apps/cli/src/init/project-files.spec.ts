import { describe, expect, it } from '@jest/globals';
import { compileDefinition } from '@orrery/domain';
import { parse } from 'yaml';
import { packageName, projectFiles } from './project-files.js';

const files = projectFiles({ directory: '/users/ada/My flows', sdk: '0.1.0' });

describe('A new project', () => {
  it('has a definition without a fault, and a handler for each of its task types', () => {
    const document = parse(files['hello.yaml']!) as { tasks: { [key: string]: { type: string } } };
    expect(compileDefinition(document as never).faults).toEqual([]);
    const types = Object.values(document.tasks).map(({ type }) => type);
    for (const type of types.filter((each) => each !== 'sleep')) expect(files['worker.ts']).toContain(`'${type}'`);
  });

  it('is called as its folder, and takes the SDK from where it was told', () => {
    expect(JSON.parse(files['package.json']!)).toMatchObject({
      name: 'my-flows',
      dependencies: { '@orrery/sdk': '0.1.0' },
    });
    expect(files['README.md']).toMatch(/^# my-flows\n/);
  });

  it('links in its README to files that it has', () => {
    const linked = [...files['README.md']!.matchAll(/\]\(([^)]+)\)/g)].map(([, name]) => name);
    expect(linked).toEqual(['hello.yaml', 'worker.ts']);
    expect(Object.keys(files)).toEqual(expect.arrayContaining(linked));
  });

  it.each([
    ['/srv/Orders & co/', 'orders-co'],
    ['C:\\work\\flows', 'flows'],
    ['/.hidden', 'hidden'],
    ['/', 'workflows'],
    ['/太陽', 'workflows'],
  ])('in %j is called %j', (directory, name) => {
    expect(packageName(directory)).toBe(name);
  });
});
