//! The row of phases: those that were, the present one and how long it lasts, those to come.

import type { JSX } from 'preact';
import { steps } from '../../../core/course';
import { span } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import '../../../styles/course.css';
import { Icon } from '../../parts';
import { phaseName, words } from './words';

/** Nothing where the procedure has no phases. `lost`: the line is broken, and how long it lasts is not known. */
export function PhaseBar({ view, now, lost }: { view: View; now: number; lost: boolean }): JSX.Element | null {
  const all = steps(view);
  if (all.length === 0) return null;
  const { phase_since_ms: since, state } = view.session;
  return (
    <section class="phasebar" aria-label={words().phases} data-testid="phases">
      <ol class="phases">
        {all.map(({ phase, nth, at }) => (
          <li key={phase.id} class={at === 'past' ? 'done' : undefined} aria-current={at === 'present' ? 'step' : undefined} data-phase={phase.id} data-at={at}>
            {at === 'past' ? <Icon name="check" size={16} /> : <span class="num" aria-hidden="true">{nth}</span>}
            {phaseName(phase)}{at === 'past' && <span class="sr"> ({words().past})</span>}
          </li>
        ))}
      </ol>
      {since !== null && !lost && state !== 'closed' && <p class="phase-time">{words().inThisPhase} <time data-testid="phase-time">{span(now - since)}</time></p>}
    </section>
  );
}
