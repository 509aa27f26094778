//! The rail: who speaks, what must be looked at, who waits, and the acts. Every act keeps its place in every state.

import type { ComponentChildren, JSX } from 'preact';
import { openSignals } from '../../core/signals';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import { useNow } from '../../state/hooks';
import type { Session } from '../../state/session';
import type { Acts } from './acts';
import { Hands } from './course/hands';
import { OwnTurn } from './course/own';
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

/** What changes what the rail offers: an act that was done is gone with it. */
function offered({ session, signals }: View): string {
  const open = signals.filter((signal) => signal.answer === null).length;
  return [session.state, session.phase, session.floor, session.hands.length, open].join(' ');
}

/**
 * The rail of whoever conducts; what the viewer may not do is not offered, since the view says so. `more` stands below the
 * lists on top; `rooms` is the act of private rooms. At most one of its buttons is filled: to open or go on, else to give
 * the floor, else to call in.
 */
export function Rail({ children, more, rooms, ...props }: RailProps & { children?: ComponentChildren; more?: ComponentChildren; rooms?: ComponentChildren }): JSX.Element {
  const { view, acts } = props;
  const { ref, onFocusIn } = useKeptFocus(offered(view));
  const now = useNow(props.session).value;
  const judge = view.me.people.some(({ role }) => role === 'presiding_judge');
  const inSession = view.session.state === 'in_session';
  const urgent = openSignals(view).length > 0;
  const gives = view.session.hands.length > 0 && !urgent && view.acts.includes('give_floor');
  return (
    <aside class="rail" aria-label={t().acts.rail} tabIndex={-1} ref={ref} onFocusIn={onFocusIn}>
      <div class="rail-top" tabIndex={0} role="group" aria-label={t().bench.title}>
        <Floor {...props} />
        <RecorderFault session={props.session} />
        <Resting session={props.session} view={view} acts={acts} />
        <OpenSignals {...props} />
        <Hands view={view} acts={acts} now={now} calm={!inSession} folded={urgent} />
        <Waiting view={view} acts={acts} folded={judge && inSession} calm={!inSession || gives} />
        {more}
      </div>
      <Trouble {...props} />
      {!judge && <OwnTurn view={view} acts={acts} now={now} />}
      {children}
      <ActGrid session={props.session} view={view} acts={acts} rooms={rooms} />
    </aside>
  );
}
