//! Words for signals, and whose they are.

import { catalogue, COURT, language } from '../../../i18n';
import { t } from '../../../i18n';
import { signals as en } from '../../../i18n/en/signals';
import { signals as vi } from '../../../i18n/vi/signals';
import { senderOf } from '../../../core/signals';
import type { AnswerView, SignalKind, SignalView, View } from '../../../protocol/generated/signal';
import { seatName } from '../words';

export const words = catalogue(vi, en);

const ICONS: Record<SignalKind, string> = { cannot_hear: 'ear-off', cannot_see: 'eye-off', want_lawyer: 'counsel', hear_again: 'back', call_officer: 'bell', see_missed: 'clock' };

export const iconOf = (kind: SignalKind): string => ICONS[kind];

/** Whose a signal is, role before name; of several at a camera, before one is named, the place. */
export function sender(view: View, signal: SignalView): { who: string; defendant: boolean } {
  const { person, seat } = senderOf(view, signal);
  const known = person ?? (seat?.people.length === 1 ? seat.people[0] : undefined);
  if (known) return { who: words().whose(t().roles[known.role], known.name || t().unnamed), defendant: known.role === 'defendant' };
  return { who: words().unnamed(seat ? seatName(seat) : view.me.point ?? ''), defendant: false };
}

/** What granting a signal is called. */
export function offer(kind: SignalKind, defendant: boolean): string {
  const speaks = kind === 'cannot_hear' || kind === 'cannot_see';
  return speaks && defendant ? words().letDefendantSpeak : words().offers[kind];
}

const both = [vi, en] as const;

/** The reasons at hand: what is written into the ledger, in the court's language, and how it is read here. */
export function reasons(): { written: string; read: string }[] {
  const court = COURT === 'vi' ? vi : en;
  return court.reasons.map((written, n) => ({ written, read: words().reasons[n] ?? written }));
}

/** A reason as it is read here: one of those at hand in the reader's language, any other as somebody wrote it. */
export function reasonRead(text: string): string {
  const n = both.map(({ reasons: known }) => known.indexOf(text)).find((at) => at >= 0);
  return n === undefined ? text : (language.value === 'en' ? en : vi).reasons[n] ?? text;
}

export function answerRead(kind: SignalKind, answer: AnswerView): { text: string; reason: string | null } {
  return { text: words().answers[kind][answer.answer], reason: answer.text === null ? null : reasonRead(answer.text) };
}
