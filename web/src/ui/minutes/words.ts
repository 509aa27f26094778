//! Words of the minutes, and a line in the reader's language.

import type { By, MinutesLine, MinutesRequest } from '../../core/minutes';
import { catalogue, language } from '../../i18n';
import { minutes as english } from '../../i18n/en/minutes';
import { minutes as vietnamese } from '../../i18n/vi/minutes';

export const words = catalogue(vietnamese, english);

export function textOf(line: MinutesLine): string {
  return language.value === 'en' ? line.en : line.vi;
}

export function phaseOf(line: MinutesLine): string | null {
  return language.value === 'en' ? line.phase_en : line.phase_vi;
}

/** What divides the minutes. */
export function divides(line: MinutesLine): boolean {
  return line.kind === 'phase' || line.kind === 'opened' || line.kind === 'continues' || line.kind === 'closed';
}

/** The name, and the point whose screen it was done on. */
export function whose(by: By): string {
  return by.point === undefined ? by.name : words().atPoint(by.name, by.point);
}

/** What is asked for: a wording is as it was written, a reason in the language of the screen. */
export function askedText(request: MinutesRequest): string {
  return request.reason ? words().reasons[request.reason] : request.text;
}

/** What became of a request. */
export function ruledText({ ruling }: MinutesRequest): string {
  if (ruling === null) return words().open;
  return ruling.accepted ? words().accepted(ruling.by.name) : words().refused(ruling.by.name, ruling.reason ?? '');
}
