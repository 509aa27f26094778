//! A plan: its points and people, their codes and links, and who is there now. `/prepare/new` makes one.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Hearing, type Me, api } from '../../core/api';
import { t } from '../../i18n';
import { clockTime, day as dayText, shortDay } from '../../i18n/format';
import { type Params, navigate } from '../../state/route';
import { Loading } from '../../ui/page';
import { Badge, Button, Notice, SectionHead } from '../../ui/parts';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { PlanForm } from './parts/form';
import { Live } from './parts/live';
import { procedureName, stateBadge } from './parts/people';
import { Codes, Points } from './parts/tables';
import './parts/prepare.css';

export default function PlanPage({ params }: { params: Params }): JSX.Element {
  const id = params['id'] ?? '';
  const text = words();
  if (id === 'new') {
    return (
      <Frame title={text.form.newTitle} here="hearings">
        {() => <NewHearing />}
      </Frame>
    );
  }
  return <Frame title={text.day.title} here="hearings">{(me) => <Plan key={id} id={id} me={me} />}</Frame>;
}

function NewHearing(): JSX.Element {
  const { now, again } = useLoad((signal) => api.court(signal), []);
  if (now.state === 'ready') {
    return <PlanForm court={now.value} onSaved={(made) => { navigate(`/prepare/${made.id}`, true); }} onCancel={() => { navigate('/prepare'); }} />;
  }
  return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
}

function Plan({ id, me }: { id: string; me: Me }): JSX.Element {
  const hearing = useLoad((signal) => api.hearing(id, signal), [id]);
  const [editing, setEditing] = useState(false);
  const { now } = hearing;
  if (now.state !== 'ready') {
    return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={hearing.again} /> : <Loading />}</main>;
  }
  if (editing) return <Edit hearing={now.value} onDone={(changed) => { if (changed) hearing.put(changed); setEditing(false); }} />;
  return <Shown hearing={now.value} me={me} again={hearing.again} onEdit={() => { setEditing(true); }} />;
}

function Edit({ hearing, onDone }: { hearing: Hearing; onDone: (changed: Hearing | undefined) => void }): JSX.Element {
  const { now, again } = useLoad((signal) => api.court(signal), []);
  if (now.state === 'ready') return <PlanForm court={now.value} from={hearing} onSaved={onDone} onCancel={() => { onDone(undefined); }} />;
  return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
}

function Shown({ hearing, me, again, onEdit }: { hearing: Hearing; me: Me; again: () => void; onEdit: () => void }): JSX.Element {
  const text = words();
  const plans = me.role !== 'technician';
  const [lost, setLost] = useState(false);
  const closed = hearing.state === 'closed';
  const articles = [
    { id: 'points', title: text.plan.points, body: <Points hearing={hearing} equips={me.role !== 'judge' && !closed} again={again} /> },
    { id: 'codes', title: text.plan.codes, body: <Codes hearing={hearing} invites={plans && !closed} again={again} /> },
    ...(closed ? [] : [{ id: 'live', title: text.plan.live, body: <Live hearing={hearing} onState={again} onLost={setLost} /> }]),
  ];
  return (
    <main class="wrap plan-wrap">
      <nav aria-label={text.plan.contents}>
        <p class="meta"><a href="/prepare">{text.plan.toList}</a></p>
        <ol class="toc body mt-2">
          {articles.map((article, n) => <li key={article.id}><span class="num">{n + 1}</span><a href={`#${article.id}`} onClick={(event) => { jump(event, article.id); }}>{article.title}</a></li>)}
        </ol>
      </nav>
      <div>
        <p class="meta">{procedureName(hearing.procedure)} · <span class="unit">{hearing.case}</span></p>
        <h1 class="title row row-3 wrap-row">{hearing.title === '' ? hearing.case : hearing.title} {lost
          ? <Badge kind="look" icon="broken">{t().line.stateUnknown}</Badge> : <Badge kind={stateBadge(hearing.state)}>{t().states[hearing.state]}</Badge>}</h1>
        {closed && <Notice>{text.plan.closedNote}</Notice>}
        {articles.map((article, n) => (
          <section key={article.id} class="art" id={article.id} aria-labelledby={`${article.id}-title`}>
            <span class="num" aria-hidden="true">{n + 1}</span>
            <div><h2 id={`${article.id}-title`}>{article.title}</h2>{article.body}</div>
          </section>
        ))}
      </div>
      <Side hearing={hearing} me={me} onEdit={plans && hearing.state === 'scheduled' ? onEdit : undefined} />
    </main>
  );
}

/** Within the page: the address stays that of the plan. */
function jump(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.scrollIntoView();
}

function Side({ hearing, me, onEdit }: { hearing: Hearing; me: Me; onEdit: (() => void) | undefined }): JSX.Element {
  const text = words();
  const { zone } = hearing.court;
  const starts = Date.parse(hearing.starts);
  const seat = hearing.people.find((person) => person.account === me.name);
  return (
    <aside>
      <SectionHead title={text.plan.when} />
      <p class="display num mt-2">{shortDay(starts, zone)}</p>
      <p class="body ink-2">{dayText(starts, zone)}, <time>{clockTime(starts, zone, false)}</time></p>
      <div class="stack mt-5 no-print">
        {hearing.state === 'closed'
          ? (me.role === 'judge' || me.role === 'clerk') && <a class="btn btn-act btn-block btn-lg" href={`/records?q=${encodeURIComponent(hearing.case)}`}>{text.plan.record}</a>
          : <Entrance id={hearing.id} role={seat?.role} />}
        {onEdit
          ? <Button block size="lg" onClick={onEdit} testid="edit-plan">{text.plan.edit}</Button>
          : hearing.state !== 'scheduled' && hearing.state !== 'closed' && <p class="meta">{text.plan.begunNote}</p>}
        <Button block size="lg" icon="print" onClick={() => { print(); }}>{text.plan.print}</Button>
      </div>
    </aside>
  );
}

/** The page for the seat one has at this hearing; who has none watches. */
function Entrance({ id, role }: { id: string; role: Hearing['people'][number]['role'] | undefined }): JSX.Element {
  const text = words().plan;
  const bench = role === 'presiding_judge' || role === 'panel_member';
  const [to, name] = bench ? [`/bench/${id}`, text.bench] : role === 'clerk' ? [`/desk/${id}`, text.desk] : [`/observe/${id}`, text.observe];
  return <a class="btn btn-act btn-block btn-lg" href={to} data-testid="enter-hearing">{name}</a>;
}
