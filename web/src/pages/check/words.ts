//! The strings of a point's readiness test in the present language.

import { catalogue } from '../../i18n';
import { readiness as english } from '../../i18n/en/readiness';
import { readiness as vietnamese } from '../../i18n/vi/readiness';

export const testing = catalogue(vietnamese, english);
