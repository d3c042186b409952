import { ANONYMOUS, type Context, type Orchestration, PositionTokens } from '@orrery/application';
import {
  EdgeError,
  type Refusal,
  type RequestFault,
  badHeader,
  invalidRequest,
  parsePart,
  problemOf,
  refusalOf,
  traceContext,
} from '@orrery/contract';
import { workflowId } from '@orrery/contract/schemas';
import { NotFound, type StreamId, didYouMean, suggester } from '@orrery/domain';
import { type Delivery, LETTER_HEADER, type Reply, type Settled, written } from '@orrery/infrastructure';
import { type Attributes, type CloudEvent, formatOfDelivery, readCloudEvent } from './cloud-event.js';
import type { Answered, CommandSpec } from './commands.js';
import { COMMANDS } from './all-commands.js';
import { isWaitedFor, withDatabase } from './wait-for-database.js';
import type { Workers } from './workers.js';

const TYPE = /^io\.orrery\.command\.([A-Za-z]+)\.v1$/;
const NAMES = Object.keys(COMMANDS);

/** How commands ended: answered, refused by the state of what they are for, or wrong in themselves. */
export type Outcome = 'answered' | 'refused' | 'malformed' | 'failed';

export interface IntakeParts {
  readonly orchestration: Orchestration;
  readonly workers: Workers;
  /** Told of bugs. */
  readonly onError: (error: unknown) => void;
  /** Told of each command, by its name if it has a known one. */
  readonly onSettled?: (command: string, outcome: Outcome) => void;
}

interface Known {
  readonly name: string;
  readonly spec: CommandSpec;
}

/** Takes commands of services: what a message means, who decides it, and what it is answered with. */
export class CommandIntake {
  private readonly leaving = new AbortController();

  constructor(
    private readonly parts: IntakeParts,
    private readonly tokens: PositionTokens,
  ) {}

  static async over(parts: IntakeParts): Promise<CommandIntake> {
    return new CommandIntake(parts, await PositionTokens.of(parts.orchestration.ports.log));
  }

  /** Waits no longer for a database that is away: those commands are somebody else's. */
  stop(): void {
    this.leaving.abort();
  }

  /** Settles a command. It rejects only where nothing was settled: the command must come again. */
  async take(delivery: Delivery): Promise<Settled> {
    let event: CloudEvent;
    let known: Known;
    try {
      event = readCloudEvent(delivery, this.parts.orchestration.ports.documents);
      known = knownCommand(event.attributes);
    } catch (error) {
      return this.refuse(delivery, error, { command: 'unknown', isMalformed: true });
    }
    try {
      const answered = await this.send(known, event, delivery);
      this.parts.onSettled?.(known.name, 'answered');
      const { isUnhurried } = known.spec;
      return answered ? { reply: { ...this.reply(delivery, answered, event.attributes.id), isUnhurried } } : {};
    } catch (error) {
      if (this.leaving.signal.aborted && isWaitedFor(error)) throw error;
      const { code } = refusalOf(error);
      const isMalformed = code === 'request.invalid' || code === 'internal.bug';
      return this.refuse(delivery, error, { command: known.name, isMalformed, id: event.attributes.id });
    }
  }

  private async send({ spec }: Known, event: CloudEvent, delivery: Delivery): Promise<Answered | undefined> {
    const asked = { ...readAsked(spec, event), delivery };
    const { orchestration, workers } = this.parts;
    const deciders = { commandHandlers: orchestration.commandHandlers, workers };
    return withDatabase(this.leaving.signal, () => spec.send(deciders, asked));
  }

  private reply(delivery: Delivery, { status, body, position }: Answered, correlationId: string): Reply {
    const format = formatOfDelivery(delivery);
    const answer = written(format, position ? { ...body, position: this.tokens.write(position) } : body);
    return { status, contentType: `application/${format}`, body: answer, correlationId };
  }

  /** Who waits is told; what nobody is told of, and what can never be right, is set aside. */
  private refuse(
    delivery: Delivery,
    error: unknown,
    { command, isMalformed, id }: { command: string; isMalformed: boolean; id?: string },
  ): Settled {
    const refusal = error instanceof EdgeError ? refusalOf(error, error.kind) : refusalOf(error);
    const isBug = refusal.kind === 'Bug';
    if (isBug) this.parts.onError(error);
    this.parts.onSettled?.(command, isBug ? 'failed' : isMalformed ? 'malformed' : 'refused');
    const { code, message: detail } = refusal;
    const hasReply = delivery.replyTo !== undefined;
    // Who once waited for the answer to a dead letter may be long gone: whoever sent it again looks for it there.
    const isHeard = hasReply && delivery.headers[LETTER_HEADER] === undefined;
    return {
      reply: hasReply ? problemReply(delivery, refusal, id) : undefined,
      aside: isMalformed || !isHeard ? { code, detail } : undefined,
    };
  }
}

function problemReply(delivery: Delivery, refusal: Refusal, eventId: string | undefined): Settled['reply'] {
  const format = formatOfDelivery(delivery);
  const id = delivery.correlationId ?? delivery.messageId ?? eventId ?? '';
  const problem = problemOf(refusal, { id, path: '' });
  const contentType = `application/problem+${format}`;
  return { status: problem.status, contentType, body: written(format, problem), correlationId: id };
}

function knownCommand({ type }: Attributes): Known {
  const name = TYPE.exec(type)?.[1] ?? '';
  const spec = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (spec) return { name, spec };
  const hint = didYouMean(suggester(NAMES)(name));
  throw new NotFound('command.unknown', `there is no command of the type "${type.slice(0, 100)}"${hint}`);
}

/** The command as its schemas read it. */
function readAsked(spec: CommandSpec, { attributes, data }: CloudEvent) {
  const faults: RequestFault[] = [];
  const subject = subjectOf(spec, attributes, faults);
  const read = parsePart('body', spec.data, data, faults);
  const { id } = (read ?? {}) as { readonly id?: StreamId };
  if (spec.subject === 'new run' && id !== undefined && subject !== undefined && id !== subject)
    faults.push(badHeader('subject', 'names another run than `id` does'));
  if (faults.length > 0) throw invalidRequest(faults);
  return { context: contextOf(attributes), subject, data: read };
}

function subjectOf(
  { subject: meant }: CommandSpec,
  { subject }: Attributes,
  faults: RequestFault[],
): StreamId | undefined {
  if (meant === 'none') return undefined;
  if (subject === undefined) {
    if (meant === 'run') faults.push(badHeader('subject', 'is missing: it names the run'));
    return undefined;
  }
  const parsed = workflowId.safeParse(subject);
  if (!parsed.success) faults.push(badHeader('subject', 'must be a UUID'));
  return parsed.data;
}

/** Two services may count alike: an id is one only together with its source. */
function contextOf({ id, source, traceparent }: Attributes): Context {
  return { ...ANONYMOUS, idempotencyKey: `${source} ${id}`, traceparent: traceContext(traceparent) };
}
