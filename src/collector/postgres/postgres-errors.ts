import { err, ok, type Result } from '../../domain/result.ts';
import type { StoreError } from '../../store/store-error.ts';

/**
 * SQLSTATE classes (PostgreSQL documentation, appendix A) that come and go without anybody's fault: connection lost,
 * serialisation and deadlock, no resources left, shut down by an operator.
 */
const PASSING = ['08', '40', '53', '55', '57'];
const DISK_FULL = '53100';
const SYSTEM_ERROR = '58';
/** What the driver and the network say instead of a SQLSTATE. */
const NO_CONNECTION =
  /^(?:ECONNREFUSED|ECONNRESET|EPIPE|ENOENT|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN)$/;
const ENDED = /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered)/;

/** The named error behind an exception of the driver; null for a bug (a wrong statement, a broken constraint). */
export function postgresErrorFrom(cause: unknown): StoreError | null {
  if (!(cause instanceof Error)) return null;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  if (code === DISK_FULL) return { code: 'disk-full' };
  if (/^[0-9A-Z]{5}$/.test(code)) {
    if (code.startsWith(SYSTEM_ERROR)) return { code: 'io-error', sqliteCode: code };
    if (PASSING.some((passing) => code.startsWith(passing))) return { code: 'busy' };
  }
  return NO_CONNECTION.test(code) || ENDED.test(cause.message) ? { code: 'busy' } : null;
}

/** What the database or the way to it does is a value; a bug goes on being thrown. */
export async function catchPostgres<T>(work: () => Promise<T>): Promise<Result<T, StoreError>> {
  try {
    return ok(await work());
  } catch (cause) {
    const error = postgresErrorFrom(cause);
    if (error === null) throw cause;
    return err(error);
  }
}
