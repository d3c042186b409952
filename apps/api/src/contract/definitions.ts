import {
  definitionName,
  fault,
  flag,
  jsonObject,
  listOf,
  number,
  paging,
  position,
  time,
} from '@orrery/contract/schemas';
import { z } from 'zod';
import { route } from './route.js';
import { tried } from './workflow-answers.js';

const registered = z
  .object({
    name: z.string(),
    version: z.int(),
    hash: z.string(),
    warnings: z.array(fault),
    position,
  })
  .meta({ id: 'DefinitionRegistered' });

const summary = z.object({ name: z.string(), version: z.int(), hash: z.string(), registeredAt: time });

const details = z
  .object({
    name: z.string(),
    version: z.int(),
    latestVersion: z.int(),
    hash: z.string(),
    format: z.enum(['json', 'yaml']),
    source: z.string().describe('The text as its author wrote it.'),
    document: jsonObject,
  })
  .meta({ id: 'Definition' });

const checked = z.object({ valid: z.boolean(), errors: z.array(fault), warnings: z.array(fault) });

export const definitionRoutes = {
  register: route({
    id: 'registerDefinition',
    tag: 'definitions',
    method: 'POST',
    path: '/definitions',
    summary: 'Register a definition',
    description: 'In JSON or YAML. The same content keeps its version; changed content gets the next one.',
    document: true,
    bodyLimit: 'definitionBytes',
    query: z.strictObject({
      dryRun: flag.optional().describe('Tell which events would follow, and store nothing.'),
    }),
    writes: true,
    answers: {
      201: { description: 'A new version', body: registered },
      200: {
        description: 'This content was registered before. With `dryRun`, the events that would follow',
        body: z.union([registered, tried]),
      },
    },
    refuses: ['document.unreadable', 'definition.invalid'],
  }),
  validate: route({
    id: 'validateDefinition',
    tag: 'definitions',
    method: 'POST',
    path: '/definitions/validate',
    summary: 'Check a definition',
    description: 'All faults and warnings at once, each with its place. Nothing is stored.',
    document: true,
    bodyLimit: 'definitionBytes',
    answers: { 200: { description: 'What is in it', body: checked } },
    refuses: [],
  }),
  list: route({
    id: 'listDefinitions',
    tag: 'definitions',
    method: 'GET',
    path: '/definitions',
    summary: 'List definitions, each with its newest version',
    query: z.strictObject(paging),
    atLeast: true,
    answers: { 200: { description: 'A page, newest first', body: listOf(summary) } },
    refuses: ['cursor.invalid'],
  }),
  newest: route({
    id: 'getDefinition',
    tag: 'definitions',
    method: 'GET',
    path: '/definitions/{name}',
    summary: 'Read the newest version of a definition',
    params: z.strictObject({ name: definitionName }),
    atLeast: true,
    answers: { 200: { description: 'The definition', body: details } },
    refuses: ['definition.not-found'],
  }),
  version: route({
    id: 'getDefinitionVersion',
    tag: 'definitions',
    method: 'GET',
    path: '/definitions/{name}/{version}',
    summary: 'Read a version of a definition',
    params: z.strictObject({ name: definitionName, version: number(1, 999_999_999) }),
    atLeast: true,
    answers: { 200: { description: 'The definition', body: details } },
    refuses: ['definition.not-found'],
  }),
};
