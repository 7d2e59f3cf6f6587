import { isSignedOut, pathOf, Refused, refusalIn, SIGNED_OUT, Unreachable } from '../api.ts';

/**
 * Streams a file to the server. `fetch` cannot say how much of a body has left, so this is an older way.
 *
 * @param onSent bytes that have left
 * @throws Refused     when the server says no
 * @throws Unreachable when the connection breaks
 */
export function putArtifact(
  version: string,
  hardware: string,
  file: File,
  onSent: (bytes: number) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('PUT', pathOf('uploadArtifact', { version, hardware }));
    request.setRequestHeader('content-type', 'application/octet-stream');
    request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
    request.addEventListener('load', () => {
      if (request.status >= 200 && request.status < 300) return resolve();
      const refusal = refusalIn(parsed(request.responseText));
      if (!refusal) return reject(new Unreachable(`the server answered ${request.status}`));
      const refused = new Refused(refusal);
      if (isSignedOut(refused)) dispatchEvent(new Event(SIGNED_OUT));
      return reject(refused);
    });
    request.addEventListener('error', () => reject(new Unreachable('the connection broke')));
    request.addEventListener('abort', () => reject(new Unreachable('the upload was ended')));
    request.send(file);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
