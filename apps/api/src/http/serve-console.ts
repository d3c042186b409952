import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import serveFiles from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './framing.js';

/** The console takes everything from where it came from, and nothing else: no script or style of anybody else's. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** Of a file whose name says what is in it. */
const KEPT = 'public, max-age=31536000, immutable';

const NOT_BUILT = `The console is not here: it was not built with this server. \`npm run build\` makes dist/console.
The API answers under /api/v1, and /docs describes it.
`;

/** What is below these is never a page of the console, even if nothing is there. */
const NO_PAGES = /^\/(api|docs|assets)(\/|$)|\.[a-z0-9]+$/i;

/**
 * Serves the console at `/`, from the directory that its build made. Its files are named by what is in them, and kept for
 * ever; its page is asked for each time. Every path that nothing else serves is a page of it, for who asks for a page.
 */
export async function serveConsole(server: FastifyInstance, directory: string): Promise<void> {
  const index = join(directory, 'index.html');
  await server.register(serveFiles, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    decorateReply: false,
    index: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply) => void reply.header('cache-control', KEPT),
  });
  server.get('/*', (request, reply) => {
    if (!isPage(request)) reply.callNotFound();
    // It may have been built again since, and then it names other files.
    else if (existsSync(index)) sendPage(reply, readFileSync(index));
    else if (pathOf(request.url) !== '/') reply.callNotFound();
    else reply.code(404).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
}

/** A browser that goes to a page says that it takes HTML; what asks for anything else gets the answer of an API. */
function isPage({ headers, url }: FastifyRequest): boolean {
  return (headers.accept ?? '').includes('text/html') && !NO_PAGES.test(pathOf(url));
}

function sendPage(reply: FastifyReply, page: Buffer): FastifyReply {
  reply.header('content-security-policy', POLICY).header('referrer-policy', 'no-referrer');
  return reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8').send(page);
}
