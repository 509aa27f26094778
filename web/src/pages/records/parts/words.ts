//! The player's strings in the present language, and what the procedure calls something in it.

import type { Wording } from '../../../core/player/rows';
import { catalogue, language } from '../../../i18n';
import { player as english } from '../../../i18n/en/player';
import { player as vietnamese } from '../../../i18n/vi/player';

export const texts = catalogue(vietnamese, english);

export function wording(of: Wording): string {
  return language.value === 'en' ? of.en : of.vi;
}
