//! What a screen reader says of the courtroom by itself: each change once, here alone. What stands on the page in several
//! places, and times that run on, are read when somebody goes there.

import type { JSX } from 'preact';
import { presentPhase } from '../../core/course';
import { heardNow } from '../../core/known';
import { recordNow, type Recorder } from '../../core/recording';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import type { Acts } from './acts';
import { phaseName, words as course } from './course/words';
import { ownMicrophone } from './microphone';
import { holdText } from './words';

function sessionSays({ session: { state, hold } }: View): string {
  const words = t().acts;
  if (state === 'held') return [words.held, hold && holdText(hold)].filter(Boolean).join('. ');
  if (state === 'paused') return `${words.paused}. ${words.sinceMicrophones}`;
  return t().states[state];
}

/** The phase, and in a deliberation that nobody is heard. */
function phaseSays(view: View): string | null {
  const phase = presentPhase(view);
  if (view.session.state !== 'in_session' || !phase) return null;
  const name = course().phase(phaseName(phase));
  return phase.deliberation ? `${name}. ${course().floor.deliberationText}` : name;
}

function recordSays(view: View, recorder: Recorder | null, now: number): string | null {
  if (view.session.state !== 'in_session') return null;
  const { record } = t().line;
  const { say } = recordNow(view, recorder, now, null);
  // A fault has an alert of its own.
  if (say === 'fault' || say === 'faultSince') return null;
  return say === 'unrecorded' || say === 'late' ? record[say].replace(/ (từ|since)$/, '') : record.recording;
}

/** While the session rests, that all microphones are cut has been said with it; only what the court did to this one has not. */
function microphoneSays(view: View, acts: Acts): string | null {
  const { state } = view.session;
  const byCourt = view.me.locked || view.me.muted;
  return byCourt || state === 'in_session' || state === 'waiting' ? `${t().acts.mine}: ${ownMicrophone(view, acts).text}` : null;
}

/** Silent while the line is broken and after the close: the alert of the one and the rail's words of the other say it. */
export function Announcer({ view, recorder, acts, now }: { view: View; recorder: Recorder | null; acts: Acts; now: number }): JSX.Element {
  const { heard } = t();
  const quiet = acts.lost !== null || view.session.state === 'closed';
  const hearing = heardNow(view, false);
  const sayings = quiet ? [] : [
    ['session', sessionSays(view)],
    ['phase', phaseSays(view)],
    ['record', recordSays(view, recorder, now)],
    ['microphone', microphoneSays(view, acts)],
    ['heard', hearing.say === 'heard' ? `${heard.other}: ${heard.hearAndSee(hearing.seats, hearing.people)}` : null],
  ];
  // Not atomic: only the sentence that changed is said.
  return (
    <div class="sr" role="status" aria-atomic="false" data-testid="announcer">
      {sayings.map(([key, text]) => text && <p key={key}>{text}</p>)}
    </div>
  );
}
