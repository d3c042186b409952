import { isUtf8 } from 'node:buffer';
import type { DefinitionText, DocumentReader } from '@orrery/application';
import { EdgeError, readJson } from '@orrery/contract';
import { Invalid, type Json } from '@orrery/domain';
import type { FastifyInstance, FastifyRequest } from 'fastify';

const YAML_TYPES = ['application/yaml', 'application/x-yaml', 'text/yaml', 'text/x-yaml'];
const JSON_BODY = /^application\/json *(;|$)/i;

/** Bodies are kept as they came: a definition is read as its author wrote it, and everything else once, strictly. */
export function takeBodies(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser(['application/json', ...YAML_TYPES], { parseAs: 'buffer' }, (request, body, done) => {
    const encoding = request.headers['content-encoding'];
    if (encoding === undefined || encoding.toLowerCase() === 'identity') done(null, body);
    else done(new EdgeError('request.media-type', 'a compressed body is not taken'));
  });
}

/** The body as JSON; undefined if there is none. */
export function readBody({ body, headers }: FastifyRequest, documents: DocumentReader): Json | undefined {
  if (body === undefined || (body as Buffer).length === 0) return undefined;
  if (!JSON_BODY.test(headers['content-type'] ?? '')) {
    throw new EdgeError('request.media-type', 'the body must be application/json');
  }
  return readJson(body as Buffer, documents);
}

/** The body as a definition's text. */
export function readDocument({ body, headers }: FastifyRequest): DefinitionText {
  const bytes = (body as Buffer | undefined) ?? Buffer.alloc(0);
  if (!isUtf8(bytes)) throw new Invalid('document.unreadable', 'the definition is not UTF-8');
  return { text: bytes.toString(), format: JSON_BODY.test(headers['content-type'] ?? '') ? 'json' : 'yaml' };
}
