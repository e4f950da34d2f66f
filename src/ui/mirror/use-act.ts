import { useCallback, useState } from 'react';
import type { Result } from '../../domain/result.ts';
import type { StationError } from '../../station/api/errors.ts';

export interface Act {
  readonly pending: boolean;
  /** Why the last act did not work; null when it did. */
  readonly problem: StationError | null;
  readonly clear: () => void;
  readonly run: <T>(answer: Promise<Result<T, StationError>>) => Promise<Result<T, StationError>>;
}

/** One act of a screen: while it runs its buttons wait, and a refusal is kept to be explained. */
export function useAct(): Act {
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<StationError | null>(null);
  const clear = useCallback(() => setProblem(null), []);
  const run = useCallback(
    async <T>(answer: Promise<Result<T, StationError>>): Promise<Result<T, StationError>> => {
      setPending(true);
      const result = await answer;
      setPending(false);
      setProblem(result.ok ? null : result.error);
      return result;
    },
    [],
  );
  return { pending, problem, clear, run };
}
