//! Who stands large on this screen: as the presiding judge set it for all, else as this screen's person chose.

import type { SeatId, SeatView, View } from '../protocol/generated/signal';
import { isObserver, isOfficer } from './layout';

/** What a person may choose for their own screen. `plan`: the places of the plan, with the detention point's large one. */
export const OWN = ['plan', 'grid', 'speaker'] as const;
export type OwnLayout = (typeof OWN)[number];

const KEY = 'assize.layout';

export function keptLayout(store: Pick<Storage, 'getItem'>): OwnLayout {
  return OWN.find((one) => one === store.getItem(KEY)) ?? 'plan';
}

export function keepLayout(store: Pick<Storage, 'setItem'>, own: OwnLayout): void {
  store.setItem(KEY, own);
}

/** Somebody else must speak for so long, in ms, before they stand large: a cough changes nothing. */
const TAKES_OVER = 1500;

/** Who leads, and who may be about to. */
export interface Lead {
  readonly seat: SeatId;
  readonly next: { readonly seat: SeatId; readonly since: number } | null;
}

/** After somebody (or nobody) is the loudest at `now`. Whoever spoke last stays while nobody speaks. */
export function lead(before: Lead | null, loudest: SeatId | undefined, now: number): Lead | null {
  if (loudest === undefined) return before && { ...before, next: null };
  if (before === null) return { seat: loudest, next: null };
  if (before.seat === loudest) return before.next ? { ...before, next: null } : before;
  const since = before.next?.seat === loudest ? before.next.since : now;
  return now - since >= TAKES_OVER ? { seat: loudest, next: null } : { ...before, next: { seat: loudest, since } };
}

/** Who may stand large. */
export function mayLead(seat: SeatView): boolean {
  return seat.room === 'courtroom' && !isObserver(seat) && !isOfficer(seat);
}

export type Arrangement = { readonly as: 'plan' | 'grid' } | { readonly as: 'large'; readonly seat: SeatId };

/** How the wall is drawn. Somebody who is not known here stands nowhere: then the places are those of the plan. */
export function arrangement(view: View, own: OwnLayout, speaker: SeatId | null): Arrangement {
  const { layout } = view.session;
  const chosen = layout?.layout ?? own;
  if (chosen === 'grid' || chosen === 'plan') return { as: chosen };
  const wanted = layout?.layout === 'spotlight' ? layout.seat : speaker;
  const seat = [view.me, ...view.seats].find((one) => one.seat === wanted && mayLead(one));
  return seat ? { as: 'large', seat: seat.seat } : { as: 'plan' };
}

/** Of a kiosk, which obeys the judge alone: who stands in its large place, if the judge set it so. The room itself is shown anyway. */
export function kioskLead(view: View, speaker: SeatId | null): SeatId | null {
  const { layout } = view.session;
  if (layout === null || layout.layout === 'grid') return null;
  const wanted = layout.layout === 'spotlight' ? layout.seat : speaker;
  return view.seats.some((seat) => seat.seat === wanted && mayLead(seat)) ? wanted : null;
}
