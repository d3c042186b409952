import { Args, Context, ID, Parent as Of, ResolveField, Resolver, Subscription } from '@nestjs/graphql';
import { LiveFeed, type LiveFilter, type LiveItem, LiveIterator, NOTHING_KNOWN } from '@orrery/application';
import { Gone, NotFound, type StreamId } from '@orrery/domain';
import type { Asking } from './asking.js';
import { FilteredLiveArgs, LiveArgs, readLive } from './live-arguments.js';
import { LiveEvent, WorkflowChange } from './live.object.js';
import { readRunId } from './read-id.js';
import { type RunSource, sourceOfRun } from './run-source.js';
import { Workflow } from './workflow.object.js';

interface Change {
  readonly cursor: string;
  readonly event: LiveItem['event']['details'] & { readonly cursor: string };
}

const shownEvent = ({ event, cursor }: LiveItem) => ({ ...event.details, cursor });
const shownChange = (item: LiveItem): Change => ({ cursor: item.cursor, event: shownEvent(item) });

/** The live feed: what happens from now on, or from wherever a cursor says. */
@Resolver(() => WorkflowChange)
export class LiveResolver {
  constructor(private readonly feed: LiveFeed) {}

  @Subscription(() => LiveEvent, { description: 'Events as they happen.', resolve: shownEvent })
  events(@Context('asking') asking: Asking, @Args() args: FilteredLiveArgs) {
    const { after, filter } = readLive(args);
    return this.follow(asking, filter, after);
  }

  @Subscription(() => WorkflowChange, { description: 'What happens to a run.', resolve: shownChange })
  workflowChanged(
    @Context('asking') asking: Asking,
    @Args('id', { type: () => ID, description: 'The run, which need not be there yet: its UUID, or its global id.' })
    id: string,
    @Args() args: LiveArgs,
  ) {
    const workflow = readRunId(id);
    const { after } = readLive(args);
    return this.follow(asking, { workflow }, after);
  }

  @Subscription(() => WorkflowChange, { description: 'What happens to runs.', resolve: shownChange })
  workflowsChanged(@Context('asking') asking: Asking, @Args() args: FilteredLiveArgs) {
    const { after, filter } = readLive(args);
    return this.follow(asking, { ...filter, ofRuns: true }, after);
  }

  @ResolveField(() => Workflow, { nullable: true })
  async workflow(@Of() { event }: Change, @Context('asking') asking: Asking): Promise<RunSource | null> {
    try {
      const known = { ...NOTHING_KNOWN, version: event.version };
      return sourceOfRun(await asking.runAfter(event.workflowId as StreamId, known));
    } catch (error) {
      if (error instanceof Gone || error instanceof NotFound) return null;
      throw error;
    }
  }

  private async follow({ context }: Asking, filter: LiveFilter, after?: string): Promise<LiveIterator> {
    const listener = new LiveIterator();
    return listener.begin(await this.feed.subscribe({ context, filter, after, listener }));
  }
}
