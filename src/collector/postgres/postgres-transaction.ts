import type pg from 'pg';

/** Commits what `work` did, unless it throws or gives an error. */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('BEGIN');
    const value = await work(client);
    const failed = typeof value === 'object' && value !== null && 'ok' in value && value.ok === false;
    await client.query(failed ? 'ROLLBACK' : 'COMMIT');
    return value;
  } catch (cause) {
    broken = true;
    throw cause;
  } finally {
    // A connection in an unknown state is thrown away, and its transaction with it.
    client.release(broken);
  }
}
