import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../domain/assert.ts';
import type { AccessList, Role } from './access-list.ts';
import { renderEnterPage } from './enter-page.ts';
import type { Sessions } from './sessions.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Who may use the address; every address says so. */
    readonly who?: Role | 'anybody';
  }
}

/** Who comes in by which code. `open`: this machine alone can reach it, so whoever is here may look. */
export type Access =
  | { readonly kind: 'open' }
  | {
      readonly kind: 'listed';
      readonly list: AccessList;
      readonly sessions: Sessions;
      readonly isSecure: boolean;
    };

/** What is open on a loopback address; to register devices always takes a code. */
const OPEN_ROLES: readonly Role[] = ['viewer', 'monitor'];
const FORM_TYPE = 'application/x-www-form-urlencoded';
const LONGEST_FORM = 1024;
const BEARER = /^Bearer ([A-Za-z0-9_-]{1,128})$/;

/** Refuses whoever has not the role that an address asks for, before anything of the request is read. */
export function guard(app: FastifyInstance, access: Access): void {
  app.addHook('onRoute', ({ url, config }) => {
    assert(config?.who !== undefined, `${url} says who may use it`);
  });
  app.addHook('onRequest', async (request, reply) => {
    const { who } = request.routeOptions.config;
    // Not found, which is answered without looking at anything.
    if (who === undefined || who === 'anybody') return;
    if (rolesOf(request, access).includes(who)) return;
    if (wantsPage(request)) return reply.redirect('/enter', 303);
    return reply
      .code(401)
      .header('www-authenticate', 'Bearer')
      .send({ status: 'refused', code: 'not-allowed' });
  });
  // In a scope of its own: no other address takes forms.
  if (access.kind === 'listed') void app.register(async (scope) => addEntrance(scope, access));
}

function addEntrance(
  app: FastifyInstance,
  { list, sessions, isSecure }: Extract<Access, { kind: 'listed' }>,
): void {
  // A name with this prefix is only taken over TLS, from this very host (RFC 6265bis, section 4.1.3.2).
  const cookie = isSecure ? '__Host-tizme' : 'tizme';
  const attributes = `Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}`;
  app.addContentTypeParser(
    FORM_TYPE,
    { parseAs: 'string', bodyLimit: LONGEST_FORM },
    (_request, body, done) => {
      done(null, new URLSearchParams(String(body)));
    },
  );
  const show = (reply: FastifyReply, failed: boolean): FastifyReply => {
    const { headers, page } = renderEnterPage(failed);
    return reply
      .code(failed ? 401 : 200)
      .headers(headers)
      .send(page);
  };
  app.get('/enter', { config: { who: 'anybody' } }, async (_request, reply) => show(reply, false));
  app.post('/enter', { config: { who: 'anybody' } }, async (request, reply) => {
    const code = request.body instanceof URLSearchParams ? (request.body.get('code') ?? '') : '';
    const person = list.find(code.trim());
    if (person === null) {
      request.log.warn({ code: 'wrong-code' }, 'somebody was not let in');
      return show(reply, true);
    }
    request.log.info({ roles: person.roles }, 'somebody came in');
    return reply
      .header('set-cookie', `${cookie}=${sessions.create(person.roles)}; ${attributes}`)
      .redirect('/', 303);
  });
  app.post('/leave', { config: { who: 'anybody' } }, async (_request, reply) =>
    reply.header('set-cookie', `${cookie}=; Max-Age=0; ${attributes}`).redirect('/enter', 303),
  );
}

function rolesOf(request: FastifyRequest, access: Access): readonly Role[] {
  if (access.kind === 'open') return OPEN_ROLES;
  const { list, sessions, isSecure } = access;
  const code = BEARER.exec(request.headers.authorization ?? '')?.[1];
  if (code !== undefined) return list.find(code)?.roles ?? [];
  const name = isSecure ? '__Host-tizme' : 'tizme';
  const session = (request.headers.cookie ?? '')
    .split(/; */)
    .find((pair) => pair.startsWith(`${name}=`))
    ?.slice(name.length + 1);
  return session === undefined ? [] : (sessions.roles(session) ?? []);
}

function wantsPage({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && (headers.accept ?? '').includes('text/html');
}
