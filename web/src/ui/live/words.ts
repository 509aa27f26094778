//! Words for what the server says in codes, and names for seats.

import type { HoldCause, Refusal, SeatView } from '../../protocol/generated/signal';
import type { Outcome } from '../../core/commands';
import type { Place } from '../../core/known';
import { COURT, inBoth, t } from '../../i18n';

/** What somebody must mend who does not sit at this screen. */
const FAULTS: ReadonlySet<Refusal['code']> = new Set(['cannot_record', 'ledger_fault']);

/** Why something was not done, and whom to tell: the court's own people tell the administrator, everybody else calls the clerk. */
export function refusalText(refusal: Refusal, staff: boolean): string {
  const { refusals, tell, technical } = t();
  const render = refusals[refusal.code] as (refusal: Refusal) => string;
  const detail = refusal.code === 'cannot_record' ? refusal.detail : '';
  const parts = [render(refusal), FAULTS.has(refusal.code) && (staff ? tell.administrator : tell.clerk), detail && `(${technical(detail)})`];
  return parts.filter(Boolean).join(' ');
}

export function holdText(cause: HoldCause): string {
  const render = t().holds[cause.type] as (cause: HoldCause) => string;
  return render(cause.type === 'pressed' ? { ...cause, reason: reasonText(cause.reason) } : cause);
}

type Standard = 'holdReason' | 'pauseReason';

/** The reason that a button gives by itself. The ledger is the court's: its language, whatever that of the button is. */
export function standardReason(which: Standard): string {
  return inBoth()[COURT].acts[which];
}

/** A reason as it is read here: a standard one in the reader's language, any other as somebody wrote it. */
export function reasonText(reason: string): string {
  const standards: readonly Standard[] = ['holdReason', 'pauseReason'];
  const which = standards.find((one) => Object.values(inBoth()).some(({ acts }) => acts[one] === reason));
  return which ? t().acts[which] : reason;
}

/** Why a command was not done, or `null` if it was. */
export function outcomeText(outcome: Outcome, staff: boolean): string | null {
  if (outcome.ok) return null;
  return outcome.refusal ? refusalText(outcome.refusal, staff) : t().noAnswer;
}

/** What the end of a link is: who was refused before they were in has left nothing. */
export function endedTitle(refusal: Refusal | null, wasIn: boolean): string {
  const { link } = t();
  return refusal !== null && !wasIn ? link.joinFailed : link.ended;
}

/** The person's name; a point's name where several sit. */
export function seatName(seat: SeatView): string {
  const [only, ...more] = seat.people;
  if (only && more.length === 0) return only.name || t().unnamed;
  if (seat.point) return seat.point;
  return seat.people.map((person) => person.name || t().unnamed).join(', ') || t().unnamed;
}

/** What stands above the name. */
export function seatRole(seat: SeatView): string {
  const [only, ...more] = seat.people;
  if (only && more.length === 0) return t().roles[only.role];
  if (seat.point_kind) return t().points[seat.point_kind];
  return only ? t().roles[only.role] : '';
}

/** Why nobody is at a place. */
export function awayText(place: Place): string {
  const { seat } = t();
  if (place === 'lost') return seat.reconnecting;
  if (place === 'left') return seat.left;
  if (place === 'removed') return seat.removed;
  return place === 'absent' ? seat.absent : seat.notCome;
}
