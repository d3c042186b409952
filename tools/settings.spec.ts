import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const example = readFileSync('.env.example', 'utf8');
const named = new Set([...example.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!));

const settingsOf = (app: string): string[] => {
  const path = `apps/${app}/src/config.ts`;
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  return [...text.matchAll(/^ {2}([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);
};

describe('The settings', () => {
  it.each(readdirSync('apps'))('of %s stand in .env.example, each with its meaning', (app) => {
    expect(settingsOf(app).filter((name) => !named.has(name))).toEqual([]);
  });
});
