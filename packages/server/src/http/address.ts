/**
 * Which fleet a request is about: `/fleets/<fleet>/v1/…`, `/fleets/<fleet>/device/v1/…` and
 * `/fleets/<fleet>/support/…` say so. The prefix is
 * taken off before anything else looks at the path, so that every route knows one form only.
 */
import type { IncomingMessage } from 'node:http';

const PREFIX = /^\/fleets\/([^/?#]{1,64})(\/(?:(?:device\/)?v1|support)(?:[/?].*)?)$/s;

const addressed = new WeakMap<IncomingMessage, string>();

/** Takes the prefix off the request's path. */
export function takeAddress(request: IncomingMessage): void {
  if (request.url?.startsWith('/fleets/') !== true) return;
  const [, fleet, path] = PREFIX.exec(request.url) ?? [];
  if (fleet === undefined || path === undefined) return;
  addressed.set(request, fleet);
  request.url = path;
}

/** The fleet that the path named, whether there is one of this name or not. */
export function addressOf(request: IncomingMessage): string | undefined {
  return addressed.get(request);
}
