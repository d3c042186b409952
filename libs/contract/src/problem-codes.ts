/** The kinds of what can go wrong, as HTTP and the contract say them: the only place where a status is given to an error. */
export const KINDS = {
  Invalid: { status: 400, title: 'The request is not valid', code: 'VALIDATION_ERROR', name: 'ValidationError' },
  Forbidden: { status: 403, title: 'This is not allowed', code: 'FORBIDDEN', name: 'ForbiddenError' },
  NotFound: { status: 404, title: 'There is no such thing', code: 'NOT_FOUND', name: 'NotFoundError' },
  NotAllowed: { status: 405, title: 'Not with this method', code: 'METHOD_NOT_ALLOWED', name: 'MethodNotAllowedError' },
  Refused: { status: 409, title: 'The state does not allow it', code: 'CONFLICT', name: 'StateError' },
  Gone: { status: 410, title: 'It is no longer there', code: 'GONE', name: 'GoneError' },
  Conflict: {
    status: 412,
    title: 'The version is another',
    code: 'CONCURRENCY_CONFLICT',
    name: 'ConcurrencyError',
  },
  TooLarge: { status: 413, title: 'Too large', code: 'PAYLOAD_TOO_LARGE', name: 'PayloadTooLargeError' },
  LongUrl: { status: 414, title: 'The URL is too long', code: 'URI_TOO_LONG', name: 'UriTooLongError' },
  MediaType: {
    status: 415,
    title: 'Not in this media type',
    code: 'UNSUPPORTED_MEDIA_TYPE',
    name: 'UnsupportedMediaTypeError',
  },
  KeyReused: {
    status: 422,
    title: 'The idempotency key was used before',
    code: 'IDEMPOTENCY_KEY_REUSED',
    name: 'IdempotencyKeyReusedError',
  },
  TooMany: { status: 429, title: 'Too many requests', code: 'RATE_LIMITED', name: 'RateLimitError' },
  LargeHeaders: {
    status: 431,
    title: 'The headers are too large',
    code: 'HEADERS_TOO_LARGE',
    name: 'HeadersTooLargeError',
  },
  NotUpgraded: { status: 426, title: 'Only over a socket', code: 'UPGRADE_REQUIRED', name: 'UpgradeRequiredError' },
  Bug: { status: 500, title: 'Something went wrong here', code: 'INTERNAL_ERROR', name: 'InternalError' },
  Unavailable: { status: 503, title: 'Not just now', code: 'UNAVAILABLE', name: 'UnavailableError' },
} as const;

export type Kind = keyof typeof KINDS;

/** Whether the same request may do better later. */
export function passesByItself(kind: Kind): boolean {
  return kind === 'Unavailable' || kind === 'TooMany';
}

interface ProblemMeaning {
  readonly kind: Kind;
  /** What it means, and what can be done: the text behind the problem's `type`. */
  readonly meaning: string;
  /** The name that the contract gives it, where it gives one. */
  readonly name?: string;
}

const meanings = {
  'request.unreadable': { kind: 'Invalid', meaning: 'The body is not JSON, or says the same thing twice. Mend it.' },
  'request.invalid': {
    kind: 'Invalid',
    meaning: 'Fields are missing, unknown, or of another type than is wanted. `errors` names each with its place.',
  },
  'request.malformed': {
    kind: 'Invalid',
    meaning: 'The message is not proper HTTP: it says two things at once, or cannot be read.',
  },
  'request.id-and-key': {
    kind: 'Invalid',
    meaning: 'A start takes an id or an Idempotency-Key, not both: either makes it repeatable.',
  },
  'request.media-type': {
    kind: 'MediaType',
    meaning: 'The body must be application/json; a definition may be application/yaml. It may not be compressed.',
  },
  'request.too-large': { kind: 'TooLarge', meaning: 'The body is larger than `GET /limits` allows.' },
  'request.url-too-long': { kind: 'LongUrl', meaning: 'The URL is longer than `GET /limits` allows.' },
  'request.headers-too-large': { kind: 'LargeHeaders', meaning: 'The headers are larger than `GET /limits` allows.' },
  'request.too-many': {
    kind: 'TooMany',
    meaning: 'This client sent more requests than it may. Retry-After says when it may go on.',
  },
  'request.not-upgraded': { kind: 'NotUpgraded', meaning: 'This path speaks WebSocket: ask for the upgrade.' },
  'command.unknown': {
    kind: 'NotFound',
    meaning: 'No command has this `type`, which is io.orrery.command.<Command>.v1. `detail` may say which was meant.',
  },
  'route.not-found': { kind: 'NotFound', meaning: 'There is nothing under this path. See /docs for what there is.' },
  'route.not-allowed': { kind: 'NotAllowed', meaning: 'There is something under this path, for the methods in Allow.' },
  'origin.not-allowed': {
    kind: 'Forbidden',
    meaning: 'A page of this origin may not speak to the API: API_CORS_ORIGINS lists those that may.',
  },
  'query.invalid': {
    kind: 'Invalid',
    meaning: 'The GraphQL document, or its variables, are not what the schema says. `locations` has the place.',
  },
  'query.too-complex': {
    kind: 'Invalid',
    meaning: 'The GraphQL document asks for more than `GET /limits` allows. Ask for less, or in more requests.',
  },
  'node.not-found': { kind: 'NotFound', meaning: 'Nothing has this global id.' },
  'cursor.invalid': { kind: 'Invalid', meaning: 'The cursor is none that a page of this list gave.' },
  'position.invalid': { kind: 'Invalid', meaning: 'The position is none that this server wrote.' },
  'position.other-epoch': {
    kind: 'Gone',
    meaning: 'The position was written by another database cluster. Read without it.',
  },
  'position.not-reached': {
    kind: 'Unavailable',
    meaning: 'What was asked has not come as far as this position yet. Ask again.',
  },
  'document.unreadable': {
    kind: 'Invalid',
    meaning: 'The text is not JSON or YAML that says the same to everyone. `errors` names lines and columns.',
    name: 'DAGValidationError',
  },
  'definition.invalid': {
    kind: 'Invalid',
    meaning: 'The definition has faults. `errors` names all of them, each with its place.',
    name: 'DAGValidationError',
  },
  'definition.not-found': {
    kind: 'NotFound',
    meaning: 'No definition of this name, or none with this version, was registered.',
    name: 'DefinitionNotFoundError',
  },
  'input.invalid': {
    kind: 'Invalid',
    meaning: "The run's input does not match the schema in its definition.",
    name: 'WorkflowValidationError',
  },
  'input.too-large': {
    kind: 'TooLarge',
    meaning: 'A payload is larger than `GET /limits` allows. Store it elsewhere and send where it is.',
  },
  'error.too-large': {
    kind: 'TooLarge',
    meaning: 'The details of an error are larger than `GET /limits` allows a payload to be.',
  },
  'workflow.not-found': { kind: 'NotFound', meaning: 'There is no run with this id.', name: 'WorkflowNotFoundError' },
  'workflow.deleted': { kind: 'Gone', meaning: 'The run was deleted.', name: 'WorkflowNotFoundError' },
  'workflow.ended': { kind: 'Refused', meaning: 'The run has ended; nothing can be done to it any more.' },
  'workflow.stopping': { kind: 'Refused', meaning: 'The run is failing already and undoes what it did.' },
  'workflow.history-too-long': { kind: 'Refused', meaning: 'The run has recorded more than it may, and is ending.' },
  'signal.not-found': {
    kind: 'NotFound',
    meaning: 'No task of the run waits for a signal of this name, now or later. `detail` may say which was meant.',
  },
  'signal.invalid': {
    kind: 'Invalid',
    meaning: 'The payload does not match the schema of the signal. `errors` names each fault with its place.',
  },
  'signal.too-large': {
    kind: 'TooLarge',
    meaning: 'The payload is larger than `GET /limits` allows. Store it elsewhere and send where it is.',
  },
  'signal.too-many': {
    kind: 'Refused',
    meaning: 'The run keeps as many signals as it may that nothing has taken yet. Send it when some were taken.',
  },
  'workflow.not-ended': { kind: 'Refused', meaning: 'Only a run that has ended can be deleted. Cancel it first.' },
  'workflow.not-failed': { kind: 'Refused', meaning: 'Only a failed run can be retried.' },
  'version.not-reached': { kind: 'NotFound', meaning: 'The run has not had so many events.' },
  'version.mismatch': {
    kind: 'Conflict',
    meaning: 'The subject is at another version than If-Match says. Read it again and decide again.',
  },
  'key.reused': { kind: 'KeyReused', meaning: 'The same Idempotency-Key came before with another request.' },
  'task.not-found': { kind: 'NotFound', meaning: 'The run has no such task.', name: 'TaskNotFoundError' },
  'task.lease-lost': {
    kind: 'Refused',
    meaning: 'Another attempt of the task is under way, or it has ended. Drop the work: the result is not wanted.',
    name: 'TaskExecutionError',
  },
  'dead-letter.not-found': { kind: 'NotFound', meaning: 'There is no dead letter with this id.' },
  'dead-letter.dropped': {
    kind: 'Refused',
    meaning: 'The dead letter was dropped, and is not sent again. Whoever wants it after all posts its message anew.',
  },
  'dead-letter.truncated': {
    kind: 'Refused',
    meaning: 'The message was too large to be kept whole, and cannot be sent again. It can only be dropped.',
  },
  'dead-letter.not-a-command': {
    kind: 'Refused',
    meaning: 'The message lay among the tasks of workers, and is no command. It can only be dropped.',
  },
  'log.unavailable': {
    kind: 'Unavailable',
    meaning: 'The log cannot be written just now. Nothing is known to be lost: send it again, with the same key.',
    name: 'DatabaseError',
  },
  'event.too-new': {
    kind: 'Unavailable',
    meaning:
      'A newer release has written to this run, and the process that was asked is of an older one. Ask one of the newer release, or again when this one is upgraded.',
  },
  'live.too-many': {
    kind: 'Unavailable',
    meaning: 'As many listen to this process as `GET /limits` allows. Ask another one, or again later.',
  },
  'live.too-slow': {
    kind: 'Unavailable',
    meaning: 'Events waited for too long to be read, and the subscription ended. Come back with the last cursor.',
  },
  'live.socket-full': {
    kind: 'Refused',
    meaning: 'The socket has as many subscriptions as `GET /limits` allows. End one, or open another socket.',
  },
  'live.id-in-use': { kind: 'Refused', meaning: 'The socket has a subscription of this id already. Choose another.' },
  'log.unreachable': {
    kind: 'Unavailable',
    meaning: 'The database cannot be reached just now.',
    name: 'DatabaseError',
  },
  'internal.bug': { kind: 'Bug', meaning: 'This is a mistake of ours. The log has it under the requestId.' },
} as const satisfies { readonly [code: string]: ProblemMeaning };

export type ProblemCode = keyof typeof meanings;

/** Every code that a problem can have at the edge, and what it means. A code that is not here keeps its kind's words. */
export const PROBLEM_CODES: { readonly [code in ProblemCode]: ProblemMeaning } = meanings;

/** What every operation may answer. */
export const ALWAYS: readonly ProblemCode[] = [
  'request.invalid',
  'request.malformed',
  'request.url-too-long',
  'request.headers-too-large',
  'internal.bug',
  'log.unavailable',
];
/** What every operation with a body may answer. */
export const WITH_BODY: readonly ProblemCode[] = ['request.unreadable', 'request.media-type', 'request.too-large'];
/** What every operation may answer that was asked for an answer of at least some position. */
export const AT_LEAST: readonly ProblemCode[] = ['position.invalid', 'position.other-epoch', 'position.not-reached'];
