import { Agent, request } from 'node:https';
import { createSecureContext, type SecureContext } from 'node:tls';
import type { Fetch } from '../../../src/sync/upload/collector-client.ts';

/**
 * `fetch` over one connection of one device's own, with TLS 1.3, as a laptop has it. The certificate is parsed once for all of
 * them, as a laptop does once for all of its connections.
 */
export function deviceFetch(certificate: string): { readonly fetch: Fetch; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, secureContext: contextOf(certificate) });
  const fetch: Fetch = (url, { method = 'GET', headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const bytes = body instanceof Uint8Array ? body : null;
      const sending = request(
        url,
        {
          ...{ method, agent },
          headers: {
            ...(headers as Record<string, string>),
            ...(bytes === null ? {} : { 'content-length': bytes.length }),
          },
          ...(signal == null ? {} : { signal }),
        },
        (answer) => {
          let text = '';
          answer.setEncoding('utf8');
          answer.on('data', (piece: string) => {
            text += piece;
          });
          answer.on('error', reject);
          answer.on('end', () => {
            const retryAfter = answer.headers['retry-after'];
            resolve(
              new Response(text, {
                status: answer.statusCode ?? 500,
                headers: retryAfter === undefined ? {} : { 'retry-after': retryAfter },
              }),
            );
          });
        },
      );
      sending.on('error', reject);
      sending.end(bytes);
    });
  return { fetch, close: () => agent.destroy() };
}

const contexts = new Map<string, SecureContext>();

function contextOf(certificate: string): SecureContext {
  const context = contexts.get(certificate) ?? createSecureContext({ ca: certificate });
  contexts.set(certificate, context);
  return context;
}
