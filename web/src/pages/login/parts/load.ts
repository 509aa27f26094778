//! Something fetched for a page: loading, failed or there. Fetched anew when what it depends on changes.

import { useEffect, useState } from 'preact/hooks';
import type { Problem } from '../../../core/api';
import { problemIn } from '../../../ui/problems';
import { sentToLogin } from './problems';

export type Loaded<T> =
  | { readonly state: 'loading' }
  | { readonly state: 'failed'; readonly problem: Problem }
  /** `stale`: a newer one is on its way. */
  | { readonly state: 'ready'; readonly value: T; readonly stale: boolean };

export interface Load<T> {
  readonly now: Loaded<T>;
  readonly again: () => void;
  readonly put: (value: T) => void;
}

export function useLoad<T>(fetch: (signal: AbortSignal) => Promise<T>, on: readonly unknown[]): Load<T> {
  const [now, setNow] = useState<Loaded<T>>({ state: 'loading' });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setNow((before) => (before.state === 'ready' ? { ...before, stale: true } : { state: 'loading' }));
    fetch(abort.signal).then(
      (value) => { if (!abort.signal.aborted) setNow({ state: 'ready', value, stale: false }); },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const problem = problemIn(error);
        if (!sentToLogin(problem)) setNow({ state: 'failed', problem });
      },
    );
    return () => { abort.abort(); };
  }, [...on, turn]);
  return {
    now,
    again: () => { setTurn((n) => n + 1); },
    put: (value) => { setNow({ state: 'ready', value, stale: false }); },
  };
}
