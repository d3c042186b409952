import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

const example = readFileSync('.env.example', 'utf8');
const named = new Set([...example.matchAll(/^(?:# )?([A-Z][A-Z_]+)=/gm)].map(([, name]) => name!));

const sources = [...readdirSync('apps').map((app) => `apps/${app}/src`), 'libs/infrastructure/src'].filter(existsSync);
const files = sources.flatMap((source) =>
  readdirSync(source, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^config|-settings)\.ts$/.test(file))
    .map((file) => `${source}/${file}`),
);

const settingsIn = (file: string): string[] =>
  [...readFileSync(file, 'utf8').matchAll(/^ {2}(?:return \{ )?([A-Z][A-Z_]+): /gm)].map(([, name]) => name!);

describe('The settings', () => {
  it.each(files)('in %s stand in .env.example, each with its meaning', (file) => {
    expect(settingsIn(file).filter((name) => !named.has(name))).toEqual([]);
  });

  it('are found in apps, and in what apps share', () => {
    const some = ['DATABASE_URL', 'REDIS_URL', 'RABBITMQ_URL', 'API_PORT', 'ENGINE_PORT', 'ORRERY_HTTP_ALLOW'];
    expect(files.flatMap(settingsIn)).toEqual(expect.arrayContaining(some));
  });
});
