//! The strings of preparing a hearing, and texts of law as the server has them, in the present language.

import type { Text } from '../../../core/api';
import { catalogue, language } from '../../../i18n';
import { prepare as english } from '../../../i18n/en/prepare';
import { prepare as vietnamese } from '../../../i18n/vi/prepare';

export const preparing = catalogue(vietnamese, english);

export function pick(text: Text): string {
  return language.value === 'en' ? text.en : text.vi;
}
