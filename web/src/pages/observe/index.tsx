//! Observing: to hear and see only.

import type { JSX } from 'preact';
import { t } from '../../i18n';
import type { Params } from '../../state/route';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { Floor } from '../../ui/live/rail/floor';
import { Resting } from '../../ui/live/rail/resting';
import { WaitingRoom } from '../../ui/live/waiting';
import type { View } from '../../protocol/generated/signal';

/** That what is seen here is not now, where the procedure has it so. */
function Later({ view }: { view: View }): JSX.Element | null {
  const late = view.procedure.limits.observer_delay_s;
  return late > 0 ? <p class="body" data-testid="later">{t().observe.later(late)}</p> : null;
}

export default function Observe({ params }: { params: Params }): JSX.Element {
  const { hearing } = params;
  return (
    <Enter name={`observe.${hearing ?? ''}`} way={() => (hearing ? { by: 'hearing', hearing } : { by: 'answer', answer: null })} sends={false}>
      {(session, view) => view.me.room !== 'courtroom'
        ? <WaitingRoom session={session} view={view} />
        : (
          <Courtroom session={session} view={view} title={t().observe.title}
            rail={(acts) => (
              <aside class="rail" aria-label={t().observe.title}>
                <div class="rail-top"><Floor session={session} view={view} acts={acts} /><Resting session={session} view={view} acts={acts} /><p class="meta">{t().observe.only}</p><Later view={view} /></div>
              </aside>
            )} />
        )}
    </Enter>
  );
}
