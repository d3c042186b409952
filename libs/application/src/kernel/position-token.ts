import { Gone, Invalid, parseStreamId } from '@orrery/domain';
import type { Position } from './envelope.js';
import type { Epoch } from './ports/log.js';

/** Writes and reads the opaque token that says where a write stood. One of another epoch says nothing any more. */
export class PositionTokens {
  private readonly epoch: string;

  constructor({ systemIdentifier, timeline }: Epoch) {
    this.epoch = `${systemIdentifier}.${timeline}`;
  }

  write({ partition, transactionId, position, stream, version }: Position): string {
    return Buffer.from([this.epoch, partition, transactionId, position, stream, version].join('/')).toString(
      'base64url',
    );
  }

  read(token: string): Position {
    const [epoch, ...fields] = Buffer.from(token, 'base64url').toString('latin1').split('/');
    const [partition, transactionId, position, version] = [fields[0], fields[1], fields[2], fields[4]].map(wholeNumber);
    const stream = parseStreamId(fields[3] ?? '');
    if (partition === undefined || transactionId === undefined || position === undefined) throw invalid();
    if (version === undefined || stream === undefined || fields.length !== 5) throw invalid();
    if (epoch !== this.epoch) {
      throw new Gone('position.other-epoch', 'this position was written by another database cluster');
    }
    return { partition: Number(partition), transactionId, position, stream, version: Number(version) };
  }
}

function wholeNumber(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,19}$/.test(text) ? BigInt(text) : undefined;
}

function invalid(): Invalid {
  return new Invalid('position.invalid', 'this is not a position that this server wrote');
}
