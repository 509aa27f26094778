//! The frame of the staff's pages: the court, the two places to be, who is logged in.

import type { ComponentChildren, JSX } from 'preact';
import { type Me, type Problem, api } from '../../../core/api';
import { navigate } from '../../../state/route';
import { Failure, LanguageSwitch, Loading, Seal, usePage } from '../../../ui/page';
import { Button } from '../../../ui/parts';
import { told } from '../../../ui/problems';
import { useLoad } from './load';
import { words } from './words';

interface FrameProps {
  title: string;
  here: 'hearings' | 'records' | 'statistics';
  children: (me: Me) => ComponentChildren;
}

async function logout(): Promise<void> {
  await api.logout().catch(() => undefined);
  navigate('/login', true);
}

export function Frame({ title, here, children }: FrameProps): JSX.Element {
  usePage(title, 'paper');
  const { now, again } = useLoad((signal) => api.me(signal), []);
  const { nav, staffRoles } = words();
  const me = now.state === 'ready' ? now.value : undefined;
  const sees = me !== undefined && (me.role === 'judge' || me.role === 'clerk');
  const counts = me !== undefined && me.role !== 'technician';
  return (
    <>
      <header class="mast staff-mast">
        <div class="mark"><Seal /><span class="body strong">{me?.court.name ?? 'Assize'}</span></div>
        <nav aria-label={nav.label}>
          <a href="/prepare" aria-current={here === 'hearings' ? 'page' : undefined}>{nav.hearings}</a>
          {(sees || here === 'records') && <a href="/records" aria-current={here === 'records' ? 'page' : undefined}>{nav.records}</a>}
          {(counts || here === 'statistics') && <a href="/statistics" aria-current={here === 'statistics' ? 'page' : undefined}>{nav.statistics}</a>}
        </nav>
        <p class="end body row row-4">
          {me && <span>{me.display} <span class="ink-2">· {staffRoles[me.role]}</span></span>}
          <LanguageSwitch />
          {me && <Button kind="text" size="sm" testid="logout" onClick={() => { void logout(); }}>{nav.logout}</Button>}
        </p>
      </header>
      {me !== undefined ? children(me) : (
        <main class="wrap">
          {now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}
        </main>
      )}
    </>
  );
}

export function Problematic({ problem, again }: { problem: Problem; again?: () => void }): JSX.Element {
  const { title, detail, technical } = told(problem);
  return <Failure title={title} detail={detail} technical={technical} again={again} />;
}
