//! Words of the minutes, and a line in the reader's language.

import type { MinutesLine } from '../../core/minutes';
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
