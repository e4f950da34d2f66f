/**
 * Content Security Policy Level 3 for the screens: nothing but the files of this build. Pictures of voters come
 * as data and are shown from memory (`data:`, `blob:`). `connectTo` is 'none' where messages go over a bridge.
 */
export function contentSecurityPolicy(connectTo: "'none'" | "'self'"): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "font-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self'",
    `connect-src ${connectTo}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-src 'none'",
    "frame-ancestors 'none'",
    "worker-src 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

/** What every answer to a screen carries, whatever serves it (OWASP Secure Headers Project). */
export function securityHeaders(connectTo: "'none'" | "'self'"): Readonly<Record<string, string>> {
  return {
    'content-security-policy': contentSecurityPolicy(connectTo),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    // Without bluetooth: Chromium knows that name only where Web Bluetooth is on, and warns of it elsewhere. No
    // script of these screens asks for a device.
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), usb=(), serial=(), hid=(), payment=()',
    'cache-control': 'no-store',
  };
}
