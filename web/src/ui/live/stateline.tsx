//! The state line: on top of every live page, the same order, the same words.

import type { JSX } from 'preact';
import { inSession } from '../../core/view';
import { t } from '../../i18n';
import { clockTime, span } from '../../i18n/format';
import type { SessionState, View } from '../../protocol/generated/signal';
import type { Recorder, Session } from '../../state/session';
import { Badge, Icon } from '../parts';
import { LanguageSwitch, Seal } from '../page';

/** Read-back older than this, in ms, is said to be late. */
const LATE = 15_000;
/** Less disk than this, in seconds, is said. */
const LITTLE_DISK = 8 * 3600;

export function StateBadge({ state, lost }: { state: SessionState; lost: boolean }): JSX.Element {
  if (lost) return <Badge kind="look" icon="broken">{t().line.stateUnknown}</Badge>;
  const kind = state === 'in_session' ? 'session' : state === 'held' || state === 'paused' ? 'held' : 'plain';
  return <Badge kind={kind} icon={kind === 'held' ? 'pause' : undefined}>{t().states[state]}</Badge>;
}

function Said({ icon, tone, children, time }: { icon: string; tone: string; children: string; time?: string | undefined }): JSX.Element {
  return (
    <p class={`row ${tone === 'bad' ? 'rec-bad' : ''}`}>
      <Icon name={icon} />
      <span class={`body ${tone === 'look' ? 'look' : ''}`}>{children}{time && <> <time class="strong">{time}</time></>}</span>
    </p>
  );
}

interface RecordStateProps {
  view: View;
  recorder: Recorder | null;
  now: number;
  lost: number | null;
}

/** How far the record is known to be good; for those who are not told, whether there is one. */
export function RecordState({ view, recorder, now, lost }: RecordStateProps): JSX.Element {
  const { line } = t();
  const { session, hearing } = view;
  if (lost !== null) return <Said icon="broken" tone="look" time={clockTime(lost, hearing.zone)}>{line.recordUnknown}</Said>;
  const time = recorder?.read_back_ms ? clockTime(recorder.read_back_ms, hearing.zone) : undefined;
  const begun = session.in_session_since_ms !== null || session.in_session_before_ms > 0;
  if (recorder?.fault) return <Said icon="alert" tone="bad" time={time}>{time ? `${line.fault} · ${line.readBackLate}` : line.fault}</Said>;
  if (!begun) return <Said icon="info" tone="plain">{line.notYet}</Said>;
  if (session.state === 'in_session' && !session.recording) return <Said icon="info" tone="look">{line.notRecording}</Said>;
  if (session.state === 'in_session' && !recorder) return <Said icon="check-ring" tone="plain">{line.recording}</Said>;
  if (session.state === 'in_session' && !time) return <Said icon="clock" tone="plain">{line.starting}</Said>;
  if (session.state === 'in_session') {
    const late = now - (recorder?.read_back_ms ?? now) > LATE;
    return <Said icon={late ? 'alert' : 'check-ring'} tone={late ? 'look' : 'ok'} time={time}>{late ? line.readBackLate : line.readBack}</Said>;
  }
  return time ? <Said icon="check-ring" tone="ok" time={time}>{line.stopped}</Said> : <Said icon="info" tone="plain">{line.notRecording}</Said>;
}

function DiskLeft({ recorder }: { recorder: Recorder | null }): JSX.Element | null {
  const left = recorder?.disk_seconds_left;
  if (left === null || left === undefined || left > LITTLE_DISK) return null;
  return <p class="meta look">{t().line.diskLeft(Math.floor(left / 3600))}</p>;
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
        <div role="status"><RecordState view={view} recorder={recorder} now={now} lost={lost} /></div>
        {lost === null && <DiskLeft recorder={recorder} />}
        <span class="vr" />
        <p class="row row-3 fact"><span class="meta">{line.now}</span><time class="body" data-testid="now">{clockTime(now, view.hearing.zone)}</time></p>
        {tellsTime && <p class="row row-3 fact"><span class="meta">{line.inSession}</span><time class="clock">{span(inSession(view, now))}</time></p>}
        <div role="status" data-testid="session-state"><StateBadge state={view.session.state} lost={lost !== null} /></div>
        <LanguageSwitch />
      </div>
    </header>
  );
}
