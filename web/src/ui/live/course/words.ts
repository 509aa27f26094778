//! Words for the course of a session.

import { catalogue, language } from '../../../i18n';
import { course as en } from '../../../i18n/en/course';
import { course as vi } from '../../../i18n/vi/course';
import type { Phase, Wording } from '../../../protocol/generated/signal';

export const words = catalogue(vi, en);

/** A text of the procedure in the language of the screen. */
export const wording = (text: Wording): string => text[language.value];

export const phaseName = (phase: Phase): string => wording(phase.name);
