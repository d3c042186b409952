import { Args, Context, ID, Parent as Of, ResolveField, Resolver } from '@nestjs/graphql';
import { QueryBus } from '@nestjs/cqrs';
import { GetWorkflow, PositionTokens } from '@orrery/application';
import * as the from '@orrery/contract/schemas';
import type { Json } from '@orrery/domain';
import { z } from 'zod';
import { workflow } from '../contract/workflow-answers.js';
import { PageArgs, read, readPaging } from './arguments.js';
import type { Asking } from './asking.js';
import { connectionOf } from './connection.js';
import { type RunSource, shownTaskDetails, wholeOf } from './run-source.js';
import { said } from './said.js';
import { JsonScalar, PositionScalar } from './scalars.js';
import { Progress, TaskConnection } from './task.object.js';
import { DefinitionReference, Label, Parent, Workflow } from './workflow.object.js';

const tasksAfter = z.object({ after: the.number(0, 1_000_000).optional() });

/** What a run has that a row of the list does not: read from the runs themselves, for all of a level together. */
@Resolver(() => Workflow)
export class WorkflowFieldsResolver {
  constructor(
    private readonly queries: QueryBus,
    private readonly tokens: PositionTokens,
  ) {}

  @ResolveField(() => ID, { description: 'Its UUID: the id that the other faces know.' })
  workflowId(@Of() { run }: RunSource): string {
    return run;
  }

  @ResolveField(() => [Label])
  labels(@Of() { labels }: RunSource): Label[] {
    return Object.entries(labels).map(([name, value]) => ({ name, value }));
  }

  @ResolveField(() => DefinitionReference)
  definition(@Of() source: RunSource) {
    return { ...source.definition, source };
  }

  @ResolveField(() => String, { nullable: true, description: said(workflow, 'waitingFor') })
  async waitingFor(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<string | null> {
    return (await wholeOf(run, asking)).waitingFor;
  }

  @ResolveField(() => JsonScalar, { nullable: true, description: 'Null, too, if it is left out: see `inputOmitted`.' })
  async input(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<Json> {
    return (await wholeOf(run, asking)).input;
  }

  @ResolveField(() => Boolean, { description: 'The input is large: ask for it with `payloads`.' })
  async inputOmitted(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<boolean> {
    return (await wholeOf(run, asking)).inputOmitted === true;
  }

  @ResolveField(() => JsonScalar, { nullable: true, description: 'Null, too, if it is left out: see `outputOmitted`.' })
  async output(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<Json> {
    return (await wholeOf(run, asking)).output;
  }

  @ResolveField(() => Boolean, { description: 'The output is large: ask for it with `payloads`.' })
  async outputOmitted(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<boolean> {
    return (await wholeOf(run, asking)).outputOmitted === true;
  }

  @ResolveField(() => [String], { description: said(workflow, 'notUndone') })
  async notUndone(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<readonly string[]> {
    return (await wholeOf(run, asking)).notUndone;
  }

  @ResolveField(() => String, { nullable: true, description: said(workflow, 'warning') })
  async warning(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<string | null> {
    return (await wholeOf(run, asking)).warning;
  }

  @ResolveField(() => Parent, { nullable: true, description: said(workflow, 'parent') })
  async parent(@Of() run: RunSource, @Context('asking') asking: Asking) {
    const { parent } = await wholeOf(run, asking);
    return parent && { ...parent, workflowId: parent.id };
  }

  @ResolveField(() => PositionScalar, { description: 'Where its last event stands.' })
  async position(@Of() run: RunSource, @Context('asking') asking: Asking): Promise<string> {
    return this.tokens.write((await wholeOf(run, asking)).position);
  }

  @ResolveField(() => Progress, { nullable: true, description: 'How far its tasks are; null of a run as it was.' })
  async progress(@Of() source: RunSource, @Context('asking') asking: Asking): Promise<Progress | null> {
    const { progress, atVersion, run, known } = source;
    if (atVersion !== undefined) return null;
    return progress ?? (await asking.run({ run, known, payloads: false })).progress;
  }

  @ResolveField(() => TaskConnection, { description: 'Those of its definition, then those that items became.' })
  async tasks(@Of() source: RunSource, @Args() page: PageArgs, @Context('asking') asking: Asking) {
    const { first: tasksMax, after } = readPaging(page);
    const { after: tasksFrom = 0 } = read(tasksAfter, { after });
    const { tasks, tasksCursor } = await this.tasksOf(source, { tasksFrom, tasksMax }, asking);
    const edges = tasks.map((task, n) => ({ cursor: String(tasksFrom + n + 1), node: shownTaskDetails(task) }));
    return connectionOf(edges, tasksCursor !== null);
  }

  private tasksOf(
    { run, known, atVersion, payloads }: RunSource,
    page: { readonly tasksFrom: number; readonly tasksMax: number },
    asking: Asking,
  ) {
    if (atVersion === undefined) return asking.tasks({ run, known, ...page, payloads });
    return this.queries.execute(new GetWorkflow(asking.context, run, { ...page, payloads }, atVersion));
  }
}

/** What a list does not say of a definition. */
@Resolver(() => DefinitionReference)
export class DefinitionReferenceResolver {
  @ResolveField(() => String, { description: 'The hash of its content: the same content has the same.' })
  async hash(@Of() { source }: { readonly source: RunSource }, @Context('asking') asking: Asking): Promise<string> {
    return (await wholeOf(source, asking)).definition.hash;
  }
}
