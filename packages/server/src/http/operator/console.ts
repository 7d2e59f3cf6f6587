/** The web console, where it was built. Kept in memory: it is small and everybody asks for the same files. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { refuse } from '@tuesday/protocol';
import type { FastifyInstance } from 'fastify';
import { sendRefusal } from '../app.ts';

const BUILT = join(import.meta.dirname, '../../../../web/dist');

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};

/** Nothing from elsewhere, nothing inline but style attributes, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "style-src-attr 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

interface File {
  readonly bytes: Buffer;
  readonly type: string;
}

export function registerConsole(app: FastifyInstance, folder = BUILT): void {
  if (!existsSync(join(folder, 'index.html'))) return;
  const files = readAll(folder);
  app.get('/*', { exposeHeadRoute: true }, (request, reply) => {
    const path = request.url.split('?')[0] ?? '/';
    const file = files.get(path);
    // The console finds its own way in its pages; the APIs answer for theirs.
    const page =
      file ??
      (/^\/(v1|device|support|fleets\/[^/]*\/(v1|device|support))(\/|$)/.test(path) || extname(path) !== ''
        ? undefined
        : files.get('/'));
    if (!page) return sendRefusal(reply, refuse('not-found', `there is no ${request.method} ${path}`));
    const hashed = path.startsWith('/assets/');
    return reply
      .header('content-security-policy', POLICY)
      .header('x-content-type-options', 'nosniff')
      .header('referrer-policy', 'no-referrer')
      .header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      .type(page.type)
      .send(page.bytes);
  });
}

function readAll(folder: string): ReadonlyMap<string, File> {
  const files = new Map<string, File>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name);
    if (!statSync(path).isFile()) continue;
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    const url = `/${relative(folder, path).split(sep).join('/')}`;
    files.set(url === '/index.html' ? '/' : url, { bytes: readFileSync(path), type });
  }
  return files;
}
