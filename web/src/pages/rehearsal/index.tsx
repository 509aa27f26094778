//! The trainer's console: one tab that plays all made-up parties of a rehearsal, with faults on command.

import type { JSX } from 'preact';
import { useEffect, useMemo } from 'preact/hooks';
import { type Hearing, type Me, api } from '../../core/api';
import { keepAwake } from '../../core/wakelock';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { Params } from '../../state/route';
import { Empty, Failure, Loading } from '../../ui/page';
import { Badge, Button, Notice, SectionHead } from '../../ui/parts';
import { useRehearsal, words } from '../../ui/rehearsal';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { stateBadge } from '../prepare/parts/people';
import { Card } from './parts/card';
import { Company } from './parts/company';
import './parts/rehearsal.css';

export default function Console({ params }: { params: Params }): JSX.Element {
  const id = params['hearing'] ?? '';
  return <Frame title={words().title} here="hearings">{(me) => <Opened key={id} id={id} me={me} />}</Frame>;
}

function Opened({ id, me }: { id: string; me: Me }): JSX.Element {
  const { now, again } = useLoad((signal) => api.hearing(id, signal), [id]);
  const text = words();
  if (now.state !== 'ready') return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
  if (!now.value.rehearsal) return <main class="wrap"><Failure title={text.notOne} detail={text.notOneHow} /></main>;
  if (me.role !== 'clerk' && me.role !== 'administrator') return <main class="wrap"><Failure title={text.notYours} /></main>;
  return <Stage hearing={now.value} />;
}

/** Everybody who is played leaves with the page, and with nobody's good-bye if it is closed. */
function useCompany(hearing: Hearing): Company {
  const company = useMemo(() => new Company(hearing), [hearing.id]);
  useEffect(() => () => company.leaveAll(), [company]);
  return company;
}

function Stage({ hearing }: { hearing: Hearing }): JSX.Element {
  const text = words();
  const company = useCompany(hearing);
  useRehearsal(true);
  useEffect(keepAwake, []);
  // Whoever is not in has an older word of it.
  const told = [...company.members].sort((a, b) => Number(b.played.view.value !== null) - Number(a.played.view.value !== null)).map(({ played }) => played.state.value);
  const state = told.includes('closed') ? 'closed' : told.find((one) => one !== null) ?? hearing.state;
  const there = company.isThere();
  return (
    <main class="wrap reh-wrap" data-testid="rehearsal">
      <div>
        <p class="meta"><a href={`/prepare/${hearing.id}`}>{text.toPlan}</a> · <span class="unit">{hearing.case}</span></p>
        <h1 class="title row row-3 wrap-row">{text.title} <Badge kind={stateBadge(state)}>{t().states[state]}</Badge></h1>
        <p class="body ink-2">{text.lead}</p>
        {state === 'closed' ? <Notice>{text.over}</Notice> : company.members.length > 0 && (
          <div class="row row-3 wrap-row mt-3">
            <Button kind={there ? 'outline' : 'act'} testid="enter-all" onClick={() => company.enterAll()}>{text.all}</Button>
            <Button aria-pressed={company.turns.value} disabled={!there} testid="turns" onClick={() => company.speakInTurn(!company.turns.value)}>{text.turns}</Button>
            <Button disabled={!there} testid="leave-all" onClick={() => company.leaveAll()}>{text.none}</Button>
          </div>
        )}
        <section class="reh-cast" aria-labelledby="cast-title">
          <h2 class="sr" id="cast-title">{text.cast}</h2>
          {company.members.length === 0 && <Empty title={text.nobody} />}
          {company.members.map((member) => <Card key={member.part.id} company={company} member={member} />)}
        </section>
      </div>
      <Log company={company} zone={hearing.court.zone} />
    </main>
  );
}

function Log({ company, zone }: { company: Company; zone: string }): JSX.Element {
  const text = words();
  const done = company.done.value;
  return (
    <aside aria-label={text.log}>
      <SectionHead title={text.log} />
      {done.length === 0 && <p class="body ink-2 mt-2">{text.nothing}</p>}
      <ol class="reh-log body" data-testid="rehearsal-log">
        {done.map(({ at, who, what }, n) => <li key={`${String(at)} ${String(n)}`}><time>{clockTime(at, zone)}</time><span>{who}: {what()}</span></li>)}
      </ol>
    </aside>
  );
}
