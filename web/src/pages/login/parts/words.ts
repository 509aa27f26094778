//! The staff pages' strings in the present language.

import { catalogue } from '../../../i18n';
import { staff as english } from '../../../i18n/en/staff';
import { staff as vietnamese } from '../../../i18n/vi/staff';

export const words = catalogue(vietnamese, english);
