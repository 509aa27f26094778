//! The rail: who speaks, what must be looked at, who waits, and the acts. Every act keeps its place in every state.

import type { ComponentChildren, JSX } from 'preact';
import { openSignals } from '../../core/signals';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import type { Acts } from './acts';
import { ActGrid } from './rail/acts';
import { Waiting } from './rail/called';
import { Floor } from './rail/floor';
import { useKeptFocus } from './rail/focus';
import { RecorderFault, Resting, Trouble } from './rail/resting';
import { OpenSignals } from './signals/list';

interface RailProps {
  session: Session;
  view: View;
  acts: Acts;
}

/** The rail of whoever conducts; what the viewer may not do is not offered, since the view says so. `more` stands below the lists on top. */
export function Rail({ children, more, ...props }: RailProps & { children?: ComponentChildren; more?: ComponentChildren }): JSX.Element {
  const { ref, onFocusIn } = useKeptFocus(`${props.view.session.state} ${openSignals(props.view).length}`);
  return (
    <aside class="rail" aria-label={t().acts.rail} tabIndex={-1} ref={ref} onFocusIn={onFocusIn}>
      <div class="rail-top">
        <Floor session={props.session} view={props.view} />
        <RecorderFault session={props.session} />
        <Resting view={props.view} acts={props.acts} />
        <OpenSignals {...props} />
        <Waiting {...props} />
        {more}
      </div>
      <Trouble {...props} />
      {children}
      <ActGrid {...props} />
    </aside>
  );
}
