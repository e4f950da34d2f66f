/** Throws when a condition that only a bug can break does not hold. Messages never carry personal data. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new Error(`assertion failed: ${message}`);
}

/** Narrows away null and undefined; throws (a bug) when there is nothing. */
export function assertDefined<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new Error(`assertion failed: ${what} is missing`);
  return value;
}

/** Closes an exhaustive switch: the compiler refuses a case that was forgotten. */
export function throwIllegalValue(value: never): never {
  throw new Error(`illegal value of type ${typeof value}`);
}
