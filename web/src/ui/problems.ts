//! What the interface refused, as a sentence and a way on: the client's own words by the server's code, so that they are
//! in the language of the screen whenever it is read.

import { ApiError, type Problem, UNREACHABLE, UNREADABLE } from '../core/api';
import { catalogue, t } from '../i18n';
import { problems as english } from '../i18n/en/problems';
import { problems as vietnamese } from '../i18n/vi/problems';
import type { Refusal } from '../protocol/generated/signal';
import { refusalText } from './live/words';

const texts = catalogue(vietnamese, english);

export interface Told {
  readonly title: string;
  readonly detail: string;
  /** For a technician, as the server says it; it stands behind the rest. */
  readonly technical: string;
}

/** The problem behind a failed call; a fault of our own pages is told as an unreadable answer. */
export function problemIn(error: unknown): Problem {
  return error instanceof ApiError ? error.problem : { code: UNREADABLE, status: 0, title: '', detail: '', params: {} };
}

/** Faults of the server: whoever sits here can only try again, then tell somebody. */
const FAULTS: ReadonlySet<string> = new Set(['storage_down', 'not_ready', 'internal', 'bad_request', 'wrong_type']);

/** What a field must be: `people[2].account` is an account; in an order, `screens[0].people`, names mean something else. */
export function fieldText(field: string): string {
  const name = /([a-z_]+)(\[\d+\])?$/.exec(field)?.[1] ?? '';
  return texts().fields[field.startsWith('screens[') ? `screens.${name}` : name] ?? texts().codes['bad_field']?.[1] ?? '';
}

/** `staff`: who reads it knows a technician; everybody else calls the clerk. */
export function told(problem: Problem, staff = true): Told {
  const all = texts();
  const { code, params } = problem;
  const ask = staff ? all.tellTechnician : all.callClerk;
  const detail = typeof params['detail'] === 'string' ? params['detail'] : '';
  const say = (title: string, how = '', technical = ''): Told => ({ title, detail: how, technical });
  if (code === UNREACHABLE) return say(all.unreachable, all.unreachableHow);
  if (code === 'too_often') return say(all.tooOften, typeof params['seconds'] === 'number' ? all.tooOftenHow(params['seconds']) : '');
  if (code === 'too_large') return say(all.tooLarge, typeof params['limit'] === 'number' ? all.tooLargeHow(params['limit']) : '');
  if (code === 'bad_field' && typeof params['field'] === 'string') return say(all.codes[code]?.[0] ?? '', fieldText(params['field']), `${params['field']}: ${detail}`);
  const known = all.codes[code];
  if (known) return say(known[0], FAULTS.has(code) ? `${known[1]} ${ask}` : known[1], detail);
  if (Object.hasOwn(t().refusals, code)) return say(refusalText({ ...params, code } as Refusal, staff));
  if (problem.title === '') return say(all.unreadable, `${all.tryAgain} ${ask}`);
  return say(problem.title, problem.detail === problem.title ? '' : problem.detail);
}
