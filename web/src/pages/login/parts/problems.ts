//! What went wrong, as a sentence and a way on.

import { ApiError, type Problem, UNREACHABLE, UNREADABLE } from '../../../core/api';
import { navigate } from '../../../state/route';
import { words } from './words';

/** The problem behind a failed call; a fault of our own pages is told as an unreadable answer. */
export function problemIn(error: unknown): Problem {
  return error instanceof ApiError ? error.problem : { code: UNREADABLE, status: 0, title: '', detail: '', params: {} };
}

/** Title and remedy. The server speaks the language asked for; what never reached it is told here. */
export function told(problem: Problem): { title: string; detail: string } {
  const { unreachable, unreachableHow, unreadable, unreadableHow } = words().problem;
  if (problem.code === UNREACHABLE) return { title: unreachable, detail: unreachableHow };
  if (problem.title === '') return { title: unreadable, detail: unreadableHow };
  return { title: problem.title, detail: problem.detail === problem.title ? '' : problem.detail };
}

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
