//! Names and sentences about exhibits.

import { ApiError } from '../../../core/api';
import { catalogue } from '../../../i18n';
import { exhibits as english } from '../../../i18n/en/exhibits';
import { exhibits as vietnamese } from '../../../i18n/vi/exhibits';
import { problemIn, told } from '../../problems';

export const words = catalogue(vietnamese, english);

/** `0006`: a receipt as it is read out. */
export function receipt(number: number): string {
  return String(number).padStart(4, '0');
}

export function titled(title: string): string {
  return title === '' ? words().untitled : title;
}

/** Why a file was not taken, and what to do about it. */
export function refusedFile(error: unknown, staff: boolean): string {
  const why = error instanceof ApiError && error.problem.code === 'unfit_file' ? error.problem.params['why'] : undefined;
  const known = typeof why === 'string' ? words().unfit[why] : undefined;
  if (known !== undefined) return known;
  const { title, detail } = told(problemIn(error), staff);
  return [title, detail].filter(Boolean).join('. ');
}
