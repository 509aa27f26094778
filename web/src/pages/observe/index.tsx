//! Observing: to hear and see only.

import type { JSX } from 'preact';
import { t } from '../../i18n';
import type { Params } from '../../state/route';
import { Courtroom, Enter } from '../../ui/live/courtroom';
import { Floor } from '../../ui/live/rail/floor';
import { Resting } from '../../ui/live/rail/resting';
import { WaitingRoom } from '../../ui/live/waiting';

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
                <div class="rail-top"><Floor session={session} view={view} acts={acts} /><Resting session={session} view={view} acts={acts} /><p class="meta">{t().observe.only}</p></div>
              </aside>
            )} />
        )}
    </Enter>
  );
}
