//! What a page says of its link: on the way, broken, over, or never made.

import type { JSX } from 'preact';
import { beforeOpening } from '../../core/known';
import { missing } from '../../core/support';
import { t } from '../../i18n';
import { clockTime, span } from '../../i18n/format';
import type { Refusal, View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Button, Icon } from '../parts';
import { Mast, usePage } from '../page';
import { problemIn, told } from '../problems';
import { endedTitle, refusalText } from './words';

/** A band over a live page while its link is broken: since when, that the page is of then, and that nothing is to be done. */
export function LinkNotice({ session, view, now }: { session: Session; view: View; now: number }): JSX.Element | null {
  const { link: words } = t();
  const state = session.link.value;
  const lost = session.lost();
  if (lost !== null) {
    // The span ticks outside of the alert, which would be read out again each second.
    return (
      <div class="link-band" data-testid="reconnecting">
        <Icon name="broken" />
        <span role="alert"><b>{words.broken} <time>{clockTime(lost, view.hearing.zone)}</time>.</b> {state.at === 'broken' && state.why ? refusalText(state.why, session.staff) : words.brokenHelp}</span>
        <b class="end">{words.again} <time>{span(now - lost, true)}</time></b>
      </div>
    );
  }
  const failed = (one: RTCPeerConnectionState): boolean => one === 'failed' || one === 'disconnected';
  if (state.at === 'open' && (failed(session.downState.value) || failed(session.upState.value))) {
    return <div class="link-band" role="status"><Icon name="broken" /><b>{words.media}</b></div>;
  }
  const refused = session.sendRefused.value;
  if (refused) {
    // What cannot be written down cannot be opened either: the session waits, it is not held.
    const opening = refused.code === 'ledger_fault' && beforeOpening(view);
    return (
      <div class="link-band" role="alert" data-testid="send-refused">
        <Icon name="alert" /><b>{opening ? t().acts.cannotOpen : words.sendRefused}</b><span>{refusalText(refused, session.staff)}</span>
      </div>
    );
  }
  return null;
}

function Plain({ title, text, children }: { title: string; text?: string; children?: JSX.Element | null }): JSX.Element {
  usePage(title, 'paper');
  return (
    <>
      <Mast name="Assize" />
      <main class="wrap">
        <div class="state-empty state" role="status"><h1 class="title">{title}</h1>{text && <p class="lead">{text}</p>}{children}</div>
      </main>
    </>
  );
}

/** The link is over: why, and the way back in if there is one. */
export function Ended({ session, refusal, again }: { session: Session; refusal: Refusal | null; again: JSX.Element | null }): JSX.Element {
  const { link: words } = t();
  if (refusal?.code === 'over') return <Plain title={words.over} text={words.overHelp}>{again}</Plain>;
  return <Plain title={endedTitle(refusal, session.view.value !== null)} text={refusal ? refusalText(refusal, session.staff) : ''}>{again}</Plain>;
}

/** Joining failed: why, and the way on. */
export function JoinFailed({ session, error, again }: { session: Session; error: unknown; again: () => void }): JSX.Element {
  const { link: words } = t();
  const problem = problemIn(error);
  const anonymous = problem.status === 401;
  const { title, detail } = told(problem, session.staff);
  return (
    <Plain title={words.joinFailed} text={anonymous ? words.notSignedIn : [title, detail].filter(Boolean).join('. ')}>
      <p class="row row-3">
        {anonymous && <a class="btn btn-act" href={`/login?next=${encodeURIComponent(location.pathname)}`}>{words.login}</a>}
        <Button onClick={again}>{t().tryAgain}</Button>
      </p>
    </Plain>
  );
}

export function Connecting({ session }: { session?: Session }): JSX.Element {
  const state = session?.link.value;
  return <Plain title={t().link.connecting} text={state?.at === 'broken' && state.why ? refusalText(state.why, session?.staff ?? false) : ''} />;
}

/** What this browser lacks, as a page; `null` if nothing. */
export function unsupported(): JSX.Element | null {
  const lack = missing(globalThis as unknown as Parameters<typeof missing>[0]);
  const { support } = t();
  if (lack === 'webrtc') return <Plain title={support.webrtcTitle} text={support.webrtc} />;
  return lack === 'secure_context' ? <Plain title={support.secureTitle} text={support.secure} /> : null;
}
