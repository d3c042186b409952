import { backoffMs } from '../backoff.js';
import { OrreryProblem, type Refusal } from '../errors.js';

/** What could not be done just now is asked so many times before it is given up. */
const TRIES_MAX = 8;

/** Something that a session asked for, until it is answered. */
export interface Request<Item, Answer> {
  readonly item: Item;
  /** About how large it is as text. */
  readonly bytes: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
  tries: number;
}

type Answered<Answer> = Answer | { readonly problem: Refusal };

/** Requests of one kind: waiting to be sent, or sent and waiting for their answer. */
export class Requests<Item, Answer extends object> {
  private waiting: Request<Item, Answer>[] = [];
  /** What could not be done just now, until it is asked again. */
  private readonly pausing = new Map<Request<Item, Answer>, NodeJS.Timeout>();
  private readonly sent = new Map<number, readonly Request<Item, Answer>[]>();
  private count = 0;

  constructor(
    private readonly sendLater: () => void,
    /** This one is not with the server any more, and will be asked again. */
    private readonly onPause: (item: Item) => void = () => undefined,
  ) {}

  /** How many are sent and not answered. */
  get inFlight(): number {
    return this.count;
  }

  add(item: Item, bytes: number): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, bytes, resolve, reject, tries: 0 });
      this.sendLater();
    });
  }

  /** The next that may be sent, at most so many. */
  take(most: number): readonly Request<Item, Answer>[] {
    return this.waiting.splice(0, Math.max(0, most));
  }

  /** These are on their way, in the frame of this number. */
  track(seq: number, requests: readonly Request<Item, Answer>[]): void {
    this.sent.set(seq, requests);
    this.count += requests.length;
  }

  /** The frame of this number is answered, one by one and in order; says whether it was one of these. */
  answered(seq: number, answers: readonly Answered<Answer>[]): boolean {
    const requests = this.sent.get(seq);
    if (!requests) return false;
    this.sent.delete(seq);
    this.count -= requests.length;
    for (const [index, request] of requests.entries()) this.settle(request, answers[index]!);
    return true;
  }

  /** The connection is gone: whatever was not answered is sent again on the next one. */
  recall(): void {
    this.waiting = [...[...this.sent.values()].flat(), ...this.waiting];
    this.sent.clear();
    this.count = 0;
  }

  rejectAll(error: Error): void {
    this.recall();
    for (const timer of this.pausing.values()) clearTimeout(timer);
    for (const { reject } of [...this.waiting.splice(0), ...this.pausing.keys()]) reject(error);
    this.pausing.clear();
  }

  private settle(request: Request<Item, Answer>, answer: Answered<Answer>): void {
    if (!('problem' in answer)) return request.resolve(answer);
    const { problem } = answer;
    if (!problem.retryable || request.tries >= TRIES_MAX) return request.reject(new OrreryProblem(problem));
    this.onPause(request.item);
    const askAgain = () => {
      this.pausing.delete(request);
      this.waiting.push(request);
      this.sendLater();
    };
    this.pausing.set(request, setTimeout(askAgain, backoffMs(request.tries++)));
  }
}
