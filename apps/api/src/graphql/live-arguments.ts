import { ArgsType, Field, ID, InputType } from '@nestjs/graphql';
import type { LiveFilter } from '@orrery/application';
import { liveFilterOf, subscription } from '@orrery/contract';
import { type LabelFilter, LabelFilter as Label, given, read, textOf } from './arguments.js';
import { keyOf } from './global-ids.js';

@InputType('LiveFilter', { description: 'Which events; they are all that it says.' })
export class LiveFilterInput {
  @Field(() => ID, { nullable: true, description: 'Those of this run: its UUID, or its global id.' })
  workflow?: string | null;

  @Field(() => String, { nullable: true, description: 'Those of this definition, and of its runs.' })
  definition?: string | null;

  @Field(() => [Label], { nullable: true })
  labels?: LabelFilter[] | null;

  @Field(() => [String], { nullable: true, description: 'Their types: `WorkflowCompleted`.' })
  types?: string[] | null;
}

/** What every subscription takes. */
@ArgsType()
export class LiveArgs {
  @Field(() => String, {
    nullable: true,
    description: 'A cursor that was told: what comes after it. `start`: all that there is. Without it, from now on.',
  })
  after?: string | null;
}

@ArgsType()
export class FilteredLiveArgs extends LiveArgs {
  @Field(() => LiveFilterInput, { nullable: true })
  filter?: LiveFilterInput | null;
}

/** What is asked for, as the feed knows it. Throws `Invalid` with the faults. */
export function readLive({ after, filter }: FilteredLiveArgs): {
  readonly after?: string;
  readonly filter: LiveFilter;
} {
  const { workflow, definition, labels, types } = filter ?? {};
  const asked = given({
    workflow: workflow === null || workflow === undefined ? undefined : keyOf('Workflow', workflow),
    ...{ definition, after },
    label: labels?.map(textOf),
    type: types,
  });
  const { after: from, ...wanted } = read(subscription, asked);
  return { after: from, filter: liveFilterOf(wanted) };
}
