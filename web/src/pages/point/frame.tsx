//! The frame of a kiosk: head and foot are fixed, and every state has its sentence.

import type { ComponentChildren, JSX } from 'preact';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { SessionState, View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Icon } from '../../ui/parts';
import { LanguageSwitch } from '../../ui/page';
import { SoundGate } from '../../ui/live/sound';

export function KioskState({ state }: { state: SessionState | 'lost' }): JSX.Element {
  const kind = state === 'in_session' ? ' session' : state === 'lost' ? ' lost' : '';
  const icon = state === 'lost' ? 'broken' : state === 'held' || state === 'paused' ? 'pause' : null;
  return (
    <span class={`k-state${kind}`} role="status" data-testid="session-state" data-state={state}>
      {icon && <Icon name={icon} size={32} />}{state === 'lost' ? t().point.lost : t().states[state]}
    </span>
  );
}

interface FrameProps {
  head: string;
  sub?: string | undefined;
  state?: SessionState | 'lost';
  /** Who hears and sees this room, in the head. */
  perceived?: JSX.Element | null;
  time?: string;
  session?: Session | null;
  foot?: ComponentChildren;
  children: ComponentChildren;
  layout?: 'wait' | 'full' | 'session' | 'choose' | 'read';
  /** Paper is for reading. */
  theme?: 'courtroom' | 'paper';
  testid?: string;
}

export function Frame({ head, sub, state, perceived, time, session, foot, children, layout = 'session', theme = 'courtroom', testid = 'kiosk' }: FrameProps): JSX.Element {
  return (
    <div class="kiosk" data-theme={theme} data-testid={testid}>
      <header class="k-head" data-testid="state-line" data-state={state}>
        <div><h1>{head}</h1>{sub && <p>{sub}</p>}</div>
        <span class="end" />
        {perceived}
        <LanguageSwitch />
        {time && <time class="k-clock">{time}</time>}
        {state && <KioskState state={state} />}
      </header>
      <div class="k-bands">{session && <SoundGate session={session} kiosk />}</div>
      <main class={layout === 'session' ? 'k-main' : `k-main k-${layout}`}>{children}</main>
      {foot && <footer class="k-acts">{foot}</footer>}
    </div>
  );
}

/** A kiosk page with one sentence. */
export function Sentence({ head, title, text, foot }: { head: string; title: string; text?: string; foot?: ComponentChildren }): JSX.Element {
  return (
    <Frame head={head} layout="full" foot={foot}>
      <div role="status"><h2 class="big">{title}</h2>{text && <p class="r28 k-lead-text">{text}</p>}</div>
    </Frame>
  );
}

/** Whether the court perceives this room now: from the routes, never from a guess. */
export function perceives(view: View): { hears: boolean; sees: boolean } {
  return { hears: view.heard_by.length > 0, sees: view.seen_by.length > 0 };
}

export function Perceived({ view }: { view: View }): JSX.Element {
  const words = t().point;
  const { hears, sees } = perceives(view);
  const text = hears ? words.courtHearsAndSees : sees ? words.courtSeesOnly : words.courtNeither;
  return (
    <p class="k-perceived" role="status">
      <Icon name={hears ? 'ear' : 'ear-off'} size={48} /><Icon name={sees ? 'eye' : 'eye-off'} size={48} /><span>{text}</span>
    </p>
  );
}

export function minute(utcMs: number, view: View): string {
  return clockTime(utcMs, view.hearing.zone, false);
}
