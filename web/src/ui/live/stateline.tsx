//! The state line: on top of every live page, the same order, the same words.

import type { JSX } from 'preact';
import { recordNow, type Recorder, type RecordSay } from '../../core/recording';
import { inSession } from '../../core/view';
import { t } from '../../i18n';
import { clockTime, span } from '../../i18n/format';
import type { SessionState, View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Badge, Icon } from '../parts';
import { LanguageSwitch, Seal } from '../page';

/** Less disk than this, in seconds, is said. */
const LITTLE_DISK = 8 * 3600;

export function StateBadge({ state, lost }: { state: SessionState; lost: boolean }): JSX.Element {
  if (lost) return <Badge kind="look" icon="broken">{t().line.stateUnknown}</Badge>;
  const kind = state === 'in_session' ? 'session' : state === 'held' || state === 'paused' ? 'held' : 'plain';
  return <Badge kind={kind} icon={kind === 'held' ? 'pause' : undefined}>{t().states[state]}</Badge>;
}

/** How each looks. Nothing that is meant to be so is drawn as a fault. */
const LOOKS: Record<RecordSay, { icon: string; tone: 'plain' | 'ok' | 'look' | 'bad' }> = {
  unknown: { icon: 'broken', tone: 'look' },
  fault: { icon: 'alert', tone: 'bad' },
  faultSince: { icon: 'alert', tone: 'bad' },
  notYet: { icon: 'info', tone: 'plain' },
  unrecorded: { icon: 'info', tone: 'look' },
  recording: { icon: 'check-ring', tone: 'plain' },
  starting: { icon: 'clock', tone: 'plain' },
  readBack: { icon: 'check-ring', tone: 'ok' },
  late: { icon: 'alert', tone: 'look' },
  stopped: { icon: 'check-ring', tone: 'ok' },
  resting: { icon: 'pause', tone: 'plain' },
  closed: { icon: 'check-ring', tone: 'plain' },
};

interface RecordStateProps {
  view: View;
  recorder: Recorder | null;
  now: number;
  lost: number | null;
}

/** How far the record is known to be good; for those who are not told, whether there is one. */
export function RecordState({ view, recorder, now, lost }: RecordStateProps): JSX.Element {
  const { say, at } = recordNow(view, recorder, now, lost);
  const { icon, tone } = LOOKS[say];
  return (
    <p class={`row ${tone === 'bad' ? 'rec-bad' : ''}`} data-testid="record-state" data-say={say}>
      <Icon name={icon} />
      <span class={`body ${tone === 'look' ? 'look' : ''}`}>{t().line.record[say]}{at !== null && <> <time class="strong">{clockTime(at, view.hearing.zone)}</time></>}</span>
    </p>
  );
}

function DiskLeft({ recorder }: { recorder: Recorder | null }): JSX.Element | null {
  if (recorder?.disk_too_small) return <p class="meta look" role="status" data-testid="disk-too-small">{t().line.diskTooSmall}</p>;
  const left = recorder?.disk_seconds_left;
  if (left === null || left === undefined || left > LITTLE_DISK) return null;
  const text = left < 3600 ? t().line.diskMinutes(Math.floor(left / 60)) : t().line.diskLeft(Math.floor(left / 3600));
  return <p class="meta look">{text}</p>;
}

export function StateLine({ session, view, now }: { session: Session; view: View; now: number }): JSX.Element {
  const { line } = t();
  const recorder = session.recorder.value;
  const lost = session.lost();
  const tellsTime = lost === null && (view.session.in_session_since_ms !== null || view.session.in_session_before_ms > 0);
  return (
    <header class="stateline" data-testid="state-line" data-state={lost === null ? view.session.state : 'lost'}>
      <div class="mark">
        <Seal />
        <div class="mark-words">
          <h1 class="body strong">{view.hearing.title}</h1>
          <p class="meta"><span class="case-number">{line.case(view.hearing.case)}</span><span class="case-court"> · {view.hearing.court}</span></p>
        </div>
      </div>
      <div class="row row-5 end stateline-facts">
        <div class="stateline-said"><RecordState view={view} recorder={recorder} now={now} lost={lost} /></div>
        {lost === null && <DiskLeft recorder={recorder} />}
        {lost === null && recorder?.copies_fail && <p class="meta look" role="status" data-testid="copies-fail">{line.copiesFail}</p>}
        <span class="vr" />
        <p class="row row-3 fact"><span class="meta">{line.now}</span><time class="body" data-testid="now">{clockTime(now, view.hearing.zone)}</time></p>
        {tellsTime && <p class="row row-3 fact"><span class="meta">{line.inSession}</span><time class="clock">{span(inSession(view, now))}</time></p>}
        <div class="stateline-said" data-testid="session-state"><StateBadge state={view.session.state} lost={lost !== null} /></div>
        <LanguageSwitch />
      </div>
    </header>
  );
}
