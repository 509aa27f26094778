//! The officer of a point, on a phone: who is here, who they are, what the room has said, and who speaks. One question a
//! page. It takes and gives no picture and no sound.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { openSignals } from '../../core/signals';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { View } from '../../protocol/generated/signal';
import { useNow } from '../../state/hooks';
import type { Session } from '../../state/session';
import '../../styles/officer.css';
import { useActs, type Acts } from '../../ui/live/acts';
import { Enter } from '../../ui/live/courtroom';
import { useUnread } from '../../ui/live/messages/talk';
import { Ended, LinkNotice } from '../../ui/live/notices';
import { words } from '../../ui/live/signals/words';
import { TakeNote } from '../../ui/live/suspension/adjourned';
import { words as suspension } from '../../ui/live/suspension/words';
import { LanguageSwitch, usePage } from '../../ui/page';
import { Icon } from '../../ui/parts';
import { Identities } from './identity';
import { Papers } from './papers';
import { Presences } from './presence';
import { RoomSignals } from './signals';
import { Speaker } from './speaker';

const TABS = [['presence', 'users'], ['identity', 'id'], ['signals', 'bell'], ['speaker', 'speaker'], ['papers', 'doc']] as const;
type Tab = (typeof TABS)[number][0];

export interface TabProps {
  view: View;
  acts: Acts;
  /** The server's time, UTC ms. */
  now: number;
}

function Shown({ tab, session, ...props }: TabProps & { tab: Tab; session: Session }): JSX.Element {
  switch (tab) {
    case 'presence': return <Presences {...props} />;
    case 'identity': return <Identities {...props} />;
    case 'signals': return <RoomSignals {...props} />;
    case 'speaker': return <Speaker {...props} />;
    case 'papers': return <Papers {...props} session={session} />;
  }
}

function Officer({ session, view }: { session: Session; view: View }): JSX.Element {
  const { officer } = words();
  const [tab, setTab] = useState<Tab>('presence');
  const now = useNow(session).value;
  const acts = useActs(session);
  usePage(officer.title, 'paper');
  const fresh = useUnread(view, tab === 'signals');
  const waiting = openSignals(view).length + fresh;
  const { zone, starts, case: number } = view.hearing;
  return (
    <div class="officer" data-theme="paper" data-testid="officer">
      <header class="p-h" data-testid="state-line" data-state={acts.lost === null ? view.session.state : 'lost'}>
        <div class="row between"><h1>{view.me.point ?? officer.title}</h1><time class="body">{clockTime(now, zone, false)}</time></div>
        <p class="row between meta"><span>{officer.hearing(clockTime(Date.parse(starts), zone, false), number)} · <span class="unit">{acts.lost === null ? t().states[view.session.state] : t().line.stateUnknown}</span></span><LanguageSwitch /></p>
      </header>
      <div class="bands"><LinkNotice session={session} view={view} now={now} /></div>
      <main class="p-main">
        {view.me.removed && <p class="notice notice-look" role="status">{officer.removed}</p>}
        {acts.trouble.value !== null && <p class="notice notice-look" role="alert" data-testid="refused">{acts.trouble.value}</p>}
        <TakeNote view={view} acts={acts} text={suspension().holdNotice} />
        <Shown tab={tab} session={session} view={view} acts={acts} now={now} />
      </main>
      <nav class="tabs" aria-label={officer.tabs}>
        {TABS.map(([name, icon]) => (
          <button key={name} type="button" aria-current={tab === name ? 'page' : undefined} data-testid={`tab-${name}`} onClick={() => setTab(name)}>
            <Icon name={icon} size={24} /><span>{officer[name]}{name === 'signals' && waiting > 0 && <b class="tab-count"> {waiting}</b>}</span>
          </button>
        ))}
      </nav>
      <p class="sr" role="status">{waiting > 0 ? `${officer.signals}: ${waiting}` : ''}</p>
    </div>
  );
}

export default function OfficerPage(): JSX.Element {
  const back = <a class="btn btn-act" href="/enter">{t().link.codeAgain}</a>;
  return (
    <Enter name="officer" way={() => ({ by: 'answer', answer: null })} sends={false} receives={false} back={back}>
      {(session, view) => {
        if (view.session.state === 'closed') {
          session.forget();
          return <Ended session={session} refusal={{ code: 'over' }} again={null} />;
        }
        return <Officer session={session} view={view} />;
      }}
    </Enter>
  );
}
