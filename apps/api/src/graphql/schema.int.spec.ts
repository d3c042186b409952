import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { buildSchema, isObjectType } from 'graphql';
import { z } from 'zod';
import { deadLetterRoutes } from '../contract/dead-letters.js';
import { taskRoutes } from '../contract/tasks.js';
import { event, workflow } from '../contract/workflow-answers.js';
import { schemaText } from './graphql.module.js';

const text = await schemaText();

describe('The GraphQL schema', () => {
  it('is committed as it is generated: `npm run graphql-schema` writes it', () => {
    expect(readFileSync(new URL('../../schema.graphql', import.meta.url), 'utf8')).toBe(text);
  });

  it('has what REST has of runs, tasks, events and dead letters', () => {
    const schema = buildSchema(text);
    const fieldsOf = (name: string) => {
      const type = schema.getType(name);
      return isObjectType(type) ? Object.keys(type.getFields()) : [];
    };
    const shapeOf = (object: z.ZodType) => Object.keys((object as z.ZodObject).shape);
    // A page of tasks is a connection, which has its cursor itself.
    const ofRun = shapeOf(workflow).filter((name) => name !== 'tasksCursor');
    expect(fieldsOf('Workflow')).toEqual(expect.arrayContaining(ofRun));
    expect(fieldsOf('Task')).toEqual(expect.arrayContaining(shapeOf(workflow.shape.tasks.element)));
    expect(fieldsOf('Event')).toEqual(expect.arrayContaining(shapeOf(event)));
    const ofItem = (list: z.ZodType) => {
      const items = (list as z.ZodObject).shape['items'] as z.ZodArray<z.ZodObject>;
      return shapeOf(items.element).filter((name) => name !== 'id');
    };
    const ofOpenTask = ofItem(taskRoutes.list.answers[200].body);
    expect(fieldsOf('OpenTask')).toEqual(expect.arrayContaining(['taskId', ...ofOpenTask]));
    const ofLetter = deadLetterRoutes.get.answers[200].body;
    expect(fieldsOf('DeadLetter')).toEqual(expect.arrayContaining(shapeOf(ofLetter)));
    expect(fieldsOf('LetterMessage').sort()).toEqual(shapeOf(ofLetter.shape.message).sort());
    const ofSummary = ofItem(deadLetterRoutes.list.answers[200].body);
    expect(fieldsOf('DeadLetterSummary')).toEqual(expect.arrayContaining(['deadLetterId', ...ofSummary]));
  });

  it('says of every type and every operation what it is', () => {
    const schema = buildSchema(text);
    const roots = [schema.getQueryType()!, schema.getMutationType()!, schema.getSubscriptionType()!];
    const operations = roots.flatMap((type) => Object.values(type.getFields()));
    const types = Object.values(schema.getTypeMap()).filter(
      ({ name }) => !/^__|^(Query|Mutation|Subscription|String|ID|Int|Float|Boolean)$/.test(name),
    );
    const undescribed = [...operations, ...types].filter(({ description }) => !description);
    expect(undescribed.map(({ name }) => name)).toEqual([]);
  });
});
