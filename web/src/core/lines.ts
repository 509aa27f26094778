//! How the line of a place is, for whoever sees to it: a step from none to good, and why.

import type { SeatLine, SeatView, View } from '../protocol/generated/signal';
import { placeOf } from './known';

/** Of a thousand packets, those lost from which a line is fair, and weak. */
const LOST = { fair: 20, weak: 50 };
/** Round trips in ms from which a line is fair, and weak. */
const TRIP = { fair: 400, weak: 800 };

export type Cause =
  | { readonly why: 'gone' }
  /** Pictures that stand still there. */
  | { readonly why: 'still'; readonly pictures: number }
  /** Percent of the packets, with one digit. */
  | { readonly why: 'lost_from' | 'lost_to'; readonly percent: number }
  /** Milliseconds there and back. */
  | { readonly why: 'slow'; readonly ms: number };

export interface LineState {
  /** As bars are drawn: 0 none, 2 weak, 3 fair, 4 good; `null`: nothing is known. */
  readonly steps: 0 | 2 | 3 | 4 | null;
  readonly cause: Cause | null;
}

function step(figure: number | null, limits: { fair: number; weak: number }): 2 | 3 | 4 {
  if (figure === null || figure < limits.fair) return 4;
  return figure < limits.weak ? 3 : 2;
}

/** The worst of what was measured decides, and is the cause that is named. */
export function lineOf(view: View, seat: SeatView, line: SeatLine | undefined): LineState {
  if (placeOf(seat, view.session) === 'lost') return { steps: 0, cause: { why: 'gone' } };
  if (!seat.connected || !line) return { steps: null, cause: null };
  const { lost_from: from, lost_to: to, trip_ms: ms, still } = line;
  const found: { steps: 2 | 3 | 4; cause: Cause }[] = [
    { steps: still > 0 ? 2 : 4, cause: { why: 'still', pictures: still } },
    { steps: step(from, LOST), cause: { why: 'lost_from', percent: (from ?? 0) / 10 } },
    { steps: step(to, LOST), cause: { why: 'lost_to', percent: (to ?? 0) / 10 } },
    { steps: step(ms, TRIP), cause: { why: 'slow', ms: ms ?? 0 } },
  ];
  const measured = from !== null || to !== null || ms !== null || still > 0;
  if (!measured) return { steps: null, cause: null };
  const worst = found.reduce((one, other) => (other.steps < one.steps ? other : one));
  return { steps: worst.steps, cause: worst.steps === 4 ? null : worst.cause };
}
