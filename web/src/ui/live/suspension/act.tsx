//! The way to the decision: one button among the lesser acts, and one beside the reason for which the session is held.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { SuspensionDialog } from './dialog';
import { words } from './words';

interface SuspendProps { session: Session; view: View; acts: Acts; offer?: boolean }

/** Before the opening it postpones. */
export function Suspend({ session, view, acts, offer = false }: SuspendProps): JSX.Element | null {
  const text = words();
  const [open, setOpen] = useState(false);
  const postpone = view.session.state === 'waiting' || view.session.state === 'scheduled';
  const may = acts.lost === null && view.acts.includes(postpone ? 'postpone' : 'suspend');
  const label = offer ? text.offer : postpone ? text.postponeAct : text.act;
  return (
    <>
      <Button size="sm" disabled={!may} testid={offer ? 'offer-suspend' : 'act-suspend'} onClick={() => setOpen(true)}>{label}</Button>
      {open && <SuspensionDialog session={session} view={view} acts={acts} postpone={postpone} onShut={() => setOpen(false)} />}
    </>
  );
}
