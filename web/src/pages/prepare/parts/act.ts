//! One act at a time, its refusal kept until the next.

import { useState } from 'preact/hooks';
import type { Problem } from '../../../core/api';
import { problemIn } from '../../../ui/problems';
import { sentToLogin } from '../../login/parts/problems';

export function useAct<T>(): { busy: boolean; problem: Problem | undefined; run: (act: () => Promise<T>, then: (value: T) => void) => void } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const run = (act: () => Promise<T>, then: (value: T) => void): void => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    act().then(then, (error: unknown) => {
      const found = problemIn(error);
      if (!sentToLogin(found)) setProblem(found);
    }).finally(() => { setBusy(false); });
  };
  return { busy, problem, run };
}
