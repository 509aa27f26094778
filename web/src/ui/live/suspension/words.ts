//! Words of a suspension.

import { catalogue } from '../../../i18n';
import { suspension as english } from '../../../i18n/en/suspension';
import { suspension as vietnamese } from '../../../i18n/vi/suspension';
import { clockTime, shortDay } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';

export const words = catalogue(vietnamese, english);

/** Another sitting follows. */
export function isAdjourned(view: View): boolean {
  return view.session.state === 'suspended' || view.session.state === 'postponed';
}

/** `08:00 ngày 24/11/2026` in the court's zone. */
export function untilText(untilMs: number, zone: string): string {
  return words().untilAt(clockTime(untilMs, zone, false), shortDay(untilMs, zone));
}
