//! The way from a sitting that ended to its minutes.

import type { JSX } from 'preact';
import type { View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { words } from './words';

/** Whoever took part reads the minutes where the law has it so, and a witness no more than they saw. Keeps the seat's token
 * for this tab. */
export function wayToMinutes(session: Session, view: View): JSX.Element | null {
  const reads = view.procedure.minutes !== undefined && view.me.people.every(({ role }) => role !== 'observer') && !view.me.removed;
  if (!reads) return null;
  session.keepReading();
  return <p class="row row-3"><a class="btn btn-act btn-lg" href="/minutes" data-testid="read-minutes">{words().read}</a><span class="body ink-2">{words().readHow}</span></p>;
}
