//! What the log-in has to do with problems: who must log in, and where to go on afterwards.

import type { Problem } from '../../../core/api';
import { navigate } from '../../../state/route';

/** Whether the session is over; if so, to the log-in and back here afterwards. */
export function sentToLogin(problem: Problem): boolean {
  if (problem.code !== 'sign_in') return false;
  navigate(`/login?next=${encodeURIComponent(location.pathname + location.search)}`, true);
  return true;
}

/** Where to go after the log-in: only to a path of this client. */
export function nextOf(search: string): string {
  const next = new URLSearchParams(search).get('next') ?? '';
  return next.startsWith('/') && !next.startsWith('//') && !next.includes('\\') ? next : '/prepare';
}
