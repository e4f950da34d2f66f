const HIGHEST_PORT = 65_535;

/** `HOST:PORT` as it is typed; null where it is none. */
export function readHostAndPort(text: string): { readonly host: string; readonly port: number } | null {
  const [, host, digits] = /^([^\s]{1,250}):(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  return host === undefined || port > HIGHEST_PORT ? null : { host, port };
}
