//! A plan: its points and people, their codes and links, and who is there now. `/prepare/new` makes one.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Hearing, type Me, type Preparation, type PreparationPatch, type Voided, api } from '../../core/api';
import { t } from '../../i18n';
import { clockTime, day as dayText, shortDay } from '../../i18n/format';
import { type Params, navigate, path } from '../../state/route';
import { Loading } from '../../ui/page';
import { Badge, Button, Notice, SectionHead } from '../../ui/parts';
import { useRehearsal } from '../../ui/rehearsal';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { PlanForm } from './parts/form';
import { Live } from './parts/live';
import { procedureName, stateBadge } from './parts/people';
import { Refused } from '../login/parts/gate';
import { useAct } from './parts/act';
import { Checklist, Deadlines, type Written } from './parts/preparation';
import { Privacy, saysPrivacy } from './parts/privacy';
import { Rehearse } from './parts/rehearse';
import { Codes, Points } from './parts/tables';
import { Tasks } from './parts/tasks';
import { VoidedNotice } from './parts/voided';
import { preparing } from './parts/words';
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
  const [voided, setVoided] = useState<Voided | undefined>();
  const { now } = hearing;
  if (now.state !== 'ready') {
    return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={hearing.again} /> : <Loading />}</main>;
  }
  if (editing) return <Edit hearing={now.value} onDone={(changed) => { if (changed) { hearing.put(changed); setVoided(changed.voided); } setEditing(false); }} />;
  const notice = voided && <VoidedNotice hearing={now.value} voided={voided} onDone={() => { setVoided(undefined); hearing.again(); }} />;
  return <Shown hearing={now.value} me={me} again={hearing.again} notice={notice} onEdit={() => { setEditing(true); }} />;
}

function Edit({ hearing, onDone }: { hearing: Hearing; onDone: (changed: Hearing | undefined) => void }): JSX.Element {
  const { now, again } = useLoad((signal) => api.court(signal), []);
  if (now.state === 'ready') return <PlanForm court={now.value} from={hearing} onSaved={onDone} onCancel={() => { onDone(undefined); }} />;
  return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
}

/** Nobody has entered yet: not at all, or not for the next sitting. */
function isPlanned(state: Hearing['state']): boolean {
  return state === 'scheduled' || state === 'suspended' || state === 'postponed';
}

type Part = 'before' | 'during' | 'after';
const PARTS: readonly Part[] = ['before', 'during', 'after'];

function partOf(full: string): Part {
  const asked = new URLSearchParams(full.split('?')[1] ?? '').get('part');
  return PARTS.find((part) => part === asked) ?? 'before';
}

interface Article {
  readonly id: string;
  readonly title: string;
  /** Stands beside the title. */
  readonly aside?: string | undefined;
  readonly body: JSX.Element;
}

function Shown({ hearing, me, again, notice, onEdit }: { hearing: Hearing; me: Me; again: () => void; notice: JSX.Element | undefined; onEdit: () => void }): JSX.Element {
  const preparation = useLoad((signal) => api.preparation(hearing.id, signal), [hearing.id, hearing.procedure, hearing.points.length]);
  const { busy, problem, run } = useAct<Preparation>();
  const plans = me.role !== 'technician';
  const change = (patch: PreparationPatch): void => { run(() => api.changePreparation(hearing.id, patch), preparation.put); };
  const { now } = preparation;
  if (now.state !== 'ready') {
    return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={preparation.again} /> : <Loading />}</main>;
  }
  const written: Written = { now: now.value, change: plans && hearing.state !== 'closed' ? change : undefined, busy, zone: hearing.court.zone };
  return <Contents hearing={hearing} me={me} again={again} written={written} refused={<>{notice}<Refused problem={problem} /></>} onEdit={onEdit} />;
}

interface ContentsProps {
  hearing: Hearing;
  me: Me;
  again: () => void;
  written: Written;
  refused: JSX.Element;
  onEdit: () => void;
}

function Contents({ hearing, me, again, written, refused, onEdit }: ContentsProps): JSX.Element {
  const text = words();
  const part = partOf(path.value);
  const plans = me.role !== 'technician';
  const [lost, setLost] = useState(false);
  const closed = hearing.state === 'closed';
  useRehearsal(hearing.rehearsal);
  const articles = { before: () => before(hearing, me, written, again, setLost), during: () => during(written), after: () => after(hearing, me, written) }[part]();
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
        <nav class="plan-parts body mt-2" aria-label={preparing().parts.label}>
          {PARTS.map((one) => <a key={one} href={one === 'before' ? `/prepare/${hearing.id}` : `/prepare/${hearing.id}?part=${one}`} aria-current={one === part ? 'page' : undefined} data-testid={`part-${one}`}>{preparing().parts[one]}</a>)}
        </nav>
        {closed && <Notice>{text.plan.closedNote}</Notice>}
        {refused}
        {articles.map((article, n) => (
          <section key={article.id} class="art" id={article.id} aria-labelledby={`${article.id}-title`}>
            <span class="num" aria-hidden="true">{n + 1}</span>
            <div><div class="row wrap-row"><h2 id={`${article.id}-title`}>{article.title}</h2>{article.aside && <span class="meta end">{article.aside}</span>}</div>{article.body}</div>
          </section>
        ))}
      </div>
      <Side hearing={hearing} me={me} written={written} onEdit={plans && isPlanned(hearing.state) ? onEdit : undefined} />
    </main>
  );
}

function before(hearing: Hearing, me: Me, written: Written, again: () => void, onLost: (lost: boolean) => void): Article[] {
  const text = words();
  const own = preparing();
  const plans = me.role !== 'technician';
  const closed = hearing.state === 'closed';
  const { planned, most } = written.now.component_points;
  return [
    ...(written.now.checklist.length > 0 ? [{ id: 'checklist', title: own.checklist.title, body: <Checklist {...written} points={hearing.points} /> }] : []),
    { id: 'points', title: text.plan.points, aside: most === null ? undefined : own.points(planned, most), body: <Points hearing={hearing} tests={written.now.readiness} invites={plans && !closed} equips={me.role !== 'judge' && !closed} again={again} /> },
    ...(saysPrivacy(hearing) ? [{ id: 'privacy', title: own.privacy.title, body: <Privacy hearing={hearing} /> }] : []),
    { id: 'codes', title: own.invitations.title, body: <Codes hearing={hearing} invites={plans && !closed} again={again} /> },
    ...(closed ? [] : [{ id: 'live', title: text.plan.live, body: <Live hearing={hearing} onState={again} onLost={onLost} /> }]),
  ];
}

function during({ now, change, busy }: Written): Article[] {
  const onTasks = change && ((tasks: NonNullable<PreparationPatch['during']>): void => { change({ during: tasks }); });
  return [{ id: 'tasks', title: preparing().tasks.during, body: <Tasks part={now.during} busy={busy} onTasks={onTasks} /> }];
}

function after(hearing: Hearing, me: Me, { now, change, busy }: Written): Article[] {
  const own = preparing();
  const onTasks = change && ((tasks: NonNullable<PreparationPatch['after']>): void => { change({ after: tasks }); });
  const sees = me.role === 'judge' || me.role === 'clerk';
  const fault = hearing.seal_fault ?? hearing.shelf_fault;
  const record = hearing.state === 'closed' && sees
    ? <p class="body mt-1"><a href={`/records?q=${encodeURIComponent(hearing.case)}`}>{words().plan.record}</a></p>
    : <p class="body ink-2 mt-1">{own.recordLater}</p>;
  return [
    { id: 'tasks', title: own.tasks.after, body: <Tasks part={now.after} busy={busy} onTasks={onTasks} /> },
    { id: 'record', title: own.record, body: fault === null ? record : <Notice kind="look">{fault}</Notice> },
  ];
}

/** Within the page: the address stays that of the plan. */
function jump(event: Event, id: string): void {
  event.preventDefault();
  document.getElementById(id)?.scrollIntoView();
}

function Side({ hearing, me, written, onEdit }: { hearing: Hearing; me: Me; written: Written; onEdit: (() => void) | undefined }): JSX.Element {
  const text = words();
  const { zone } = hearing.court;
  const starts = Date.parse(hearing.starts);
  const seat = hearing.people.find((person) => person.account === me.name);
  return (
    <aside>
      <SectionHead title={text.plan.when} />
      <p class="display num mt-2">{shortDay(starts, zone)}</p>
      <p class="body ink-2">{dayText(starts, zone)}, <time>{clockTime(starts, zone, false)}</time></p>
      <Deadlines now={written.now} change={written.change} busy={written.busy} />
      <div class="stack mt-5 no-print">
        {hearing.state === 'closed'
          ? (me.role === 'judge' || me.role === 'clerk') && <a class="btn btn-act btn-block btn-lg" href={`/records?q=${encodeURIComponent(hearing.case)}`}>{text.plan.record}</a>
          : <Entrance id={hearing.id} role={seat?.role} />}
        {onEdit
          ? <Button block size="lg" onClick={onEdit} testid="edit-plan">{text.plan.edit}</Button>
          : !isPlanned(hearing.state) && hearing.state !== 'closed' && <p class="meta">{text.plan.begunNote}</p>}
        <Button block size="lg" icon="print" onClick={() => { print(); }}>{text.plan.print}</Button>
        {(me.role === 'clerk' || me.role === 'administrator') && <Rehearse hearing={hearing} />}
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
