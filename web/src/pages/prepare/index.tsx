//! The day list: the court's hearings of a day, or those that a search finds on all days.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Hearing, type Me, api } from '../../core/api';
import { dayAfter, dayOf } from '../../core/zone';
import { t } from '../../i18n';
import { clockTime, day as dayText, shortDay } from '../../i18n/format';
import type { SessionState } from '../../protocol/generated/signal';
import { navigate, path } from '../../state/route';
import { Empty, Loading } from '../../ui/page';
import { Badge, Button, Icon, SectionHead } from '../../ui/parts';
import { RehearsalBadge } from '../../ui/rehearsal';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { judgesOf, narrowed, pointsOf } from './parts/day';
import { judgeOf, procedureName, stateBadge } from './parts/people';
import { standing } from './parts/limits';
import { pick, preparing } from './parts/words';
import './parts/prepare.css';

const STATES: readonly SessionState[] = ['scheduled', 'waiting', 'in_session', 'held', 'paused', 'suspended', 'postponed', 'closed'];

export default function Prepare(): JSX.Element {
  return <Frame title={words().day.title} here="hearings">{(me) => <Day me={me} />}</Frame>;
}

interface Wish {
  readonly date: string;
  readonly q: string;
  readonly state: string;
  readonly point: string;
  readonly judge: string;
}

/** What the address asks for, so that back, forward and links show the same list. */
function wished(full: string, today: string): Wish {
  const params = new URLSearchParams(full.split('?')[1] ?? '');
  return { date: params.get('date') ?? today, q: params.get('q') ?? '', state: params.get('state') ?? '', point: params.get('point') ?? '', judge: params.get('judge') ?? '' };
}

function show(wish: Wish, today: string): void {
  const params = new URLSearchParams();
  if (wish.date !== today) params.set('date', wish.date);
  if (wish.q !== '') params.set('q', wish.q);
  for (const one of ['state', 'point', 'judge'] as const) if (wish[one] !== '') params.set(one, wish[one]);
  const query = params.toString();
  navigate(query === '' ? '/prepare' : `/prepare?${query}`);
}

function Day({ me }: { me: Me }): JSX.Element {
  const { zone } = me.court;
  const today = dayOf(Date.now(), zone);
  const wish = wished(path.value, today);
  const searching = wish.q !== '';
  const state = STATES.find((one) => one === wish.state);
  const filter = { ...(searching ? { q: wish.q } : { date: wish.date }), ...(state === undefined ? {} : { state }) };
  const { now, again } = useLoad((signal) => api.hearings(filter, signal), [wish.date, wish.q, wish.state]);
  const text = words().day;
  const all = now.state === 'ready' ? [...now.value].sort((a, b) => Date.parse(a.starts) - Date.parse(b.starts)) : [];
  const hearings = narrowed(all, wish);
  return (
    <main class="wrap day-wrap">
      <div>
        <div class="row row-4 wrap-row">
          <h1 class="title">{searching ? text.allDays : dayText(Date.parse(`${wish.date}T12:00:00Z`), 'UTC')}</h1>
          {!searching && (
            <div class="row wrap-row">
              <Button size="sm" aria-label={text.before} onClick={() => { show({ ...wish, date: dayAfter(wish.date, -1) }, today); }}><Icon name="left" size={16} /></Button>
              <Button size="sm" onClick={() => { show({ ...wish, date: today }, today); }}>{text.today}</Button>
              <Button size="sm" aria-label={text.after} onClick={() => { show({ ...wish, date: dayAfter(wish.date, 1) }, today); }}><Icon name="right" size={16} /></Button>
              <input class="input input-sm" type="date" aria-label={text.date} value={wish.date}
                onChange={(event) => { if (event.currentTarget.value !== '') show({ ...wish, date: event.currentTarget.value }, today); }} />
            </div>
          )}
          {me.role !== 'technician' && <a class="btn btn-act end" href="/prepare/new" data-testid="new-hearing">{text.create}</a>}
        </div>
        <Search key={`${wish.q} ${wish.state}`} wish={wish} all={all} onWish={(next) => { show(next, today); }} />
        {now.state === 'loading' && <Loading />}
        {now.state === 'failed' && <Problematic problem={now.problem} again={again} />}
        {now.state === 'ready' && (hearings.length === 0
          ? <Empty title={searching || wish.state + wish.point + wish.judge !== '' ? text.emptySearch : text.empty}><p class="body">{text.emptyHow}</p></Empty>
          : <List hearings={hearings} zone={zone} days={searching} />)}
      </div>
      <aside>{!searching && <><Turns hearings={all} only={wish.point} zone={zone} /><Due /></>}</aside>
    </main>
  );
}

function Search({ wish, all, onWish }: { wish: Wish; all: readonly Hearing[]; onWish: (wish: Wish) => void }): JSX.Element {
  const text = words();
  const [q, setQ] = useState(wish.q);
  return (
    <form class="row mt-4 day-search" role="search" onSubmit={(event) => { event.preventDefault(); onWish({ ...wish, q: q.trim() }); }}>
      <input class="input" type="search" aria-label={text.day.search} placeholder={text.day.search} value={q} data-testid="hearing-search"
        onInput={(event) => { setQ(event.currentTarget.value); }} />
      <select class="input input-state" aria-label={text.day.state} value={wish.state} onChange={(event) => { onWish({ ...wish, q: q.trim(), state: event.currentTarget.value }); }}>
        <option value="">{text.day.anyState}</option>
        {STATES.map((state) => <option key={state} value={state}>{t().states[state]}</option>)}
      </select>
      <Narrow label={preparing().day.point} any={preparing().day.anyPoint} value={wish.point} options={pointsOf(all)} testid="day-point" onValue={(point) => { onWish({ ...wish, q: q.trim(), point }); }} />
      <Narrow label={text.day.judge} any={preparing().day.anyJudge} value={wish.judge} options={judgesOf(all)} testid="day-judge" onValue={(judge) => { onWish({ ...wish, q: q.trim(), judge }); }} />
      <Button type="submit">{text.day.find}</Button>
    </form>
  );
}

interface NarrowProps {
  label: string;
  any: string;
  value: string;
  options: readonly { value: string; label: string }[];
  testid: string;
  onValue: (value: string) => void;
}

function Narrow({ label, any, value, options, testid, onValue }: NarrowProps): JSX.Element {
  // What was chosen stays to be seen on a day that does not have it.
  const known = value === '' || options.some((one) => one.value === value) ? options : [...options, { value, label: '…' }];
  return (
    <select class="input input-state" aria-label={label} value={value} data-testid={testid} onChange={(event) => { onValue(event.currentTarget.value); }}>
      <option value="">{any}</option>
      {known.map((one) => <option key={one.value} value={one.value} selected={one.value === value}>{one.label}</option>)}
    </select>
  );
}

function List({ hearings, zone, days }: { hearings: readonly Hearing[]; zone: string; days: boolean }): JSX.Element {
  const text = words().day;
  return (
    <>
      <table class="day mt-4">
        <thead>
          <tr><th scope="col">{days ? text.day : text.time}</th><th scope="col">{text.case}</th><th scope="col">{text.judge}</th><th scope="col">{text.points}</th><th scope="col" class="r">{text.state}</th></tr>
        </thead>
        <tbody>{hearings.map((hearing) => <Row key={hearing.id} hearing={hearing} zone={zone} days={days} />)}</tbody>
      </table>
      <p class="meta mt-4">{text.count(hearings.length)}</p>
    </>
  );
}

function Row({ hearing, zone, days }: { hearing: Hearing; zone: string; days: boolean }): JSX.Element {
  const text = words();
  const starts = Date.parse(hearing.starts);
  const component = hearing.points.filter((point) => point.kind !== 'central');
  const open = component.filter((point) => !point.enrolled && point.kind === 'detention');
  return (
    <tr class={hearing.state === 'in_session' ? 'is-current' : undefined} data-testid="hearing-row" data-hearing={hearing.id} data-state={hearing.state}>
      <td>
        {days && <><time>{shortDay(starts, zone)}</time><br /></>}
        <time>{clockTime(starts, zone, false)}</time>
      </td>
      <td class="case">
        <a href={`/prepare/${hearing.id}`}><b>{hearing.title === '' ? hearing.case : hearing.title}</b></a> <RehearsalBadge is={hearing.rehearsal} />
        <span class="meta">{procedureName(hearing.procedure)} · <span class="unit">{hearing.case}</span></span>
      </td>
      <td>{judgeOf(hearing) ?? <span class="ink-2">{text.day.noJudge}</span>}</td>
      <td>
        {component.length === 0 ? <span class="ink-2">{text.day.noPoints}</span> : component.map((point) => point.name).join(', ')}
        {open.length > 0 && hearing.state !== 'closed' && (
          <><br /><span class="meta look strong flag"><Icon name="alert" />{text.day.notEnrolled(open.map((point) => point.name).join(', '))}</span></>
        )}
      </td>
      <td class="r"><Badge kind={stateBadge(hearing.state)}>{t().states[hearing.state]}</Badge></td>
    </tr>
  );
}

/** A detention centre has one room: its hearings of the day take turns. */
function Turns({ hearings, only, zone }: { hearings: readonly Hearing[]; only: string; zone: string }): JSX.Element {
  const points = new Map<string, string>();
  for (const hearing of hearings) for (const point of hearing.points) if (point.kind === 'detention') points.set(point.id, point.name);
  return (
    <>
      {[...points].filter(([id]) => only === '' || id === only).map(([id, name]) => (
        <section key={id} class="turns">
          <SectionHead title={name}>{words().day.turns}</SectionHead>
          <ul class="dk body">
            {hearings.filter((hearing) => hearing.points.some((point) => point.id === id)).map((hearing) => (
              <li key={hearing.id} class={hearing.state === 'in_session' ? 'now' : undefined}>
                <time>{clockTime(Date.parse(hearing.starts), zone, false)}</time>
                <a href={`/prepare/${hearing.id}`}>{hearing.case}</a>
                <span class="meta">{t().states[hearing.state]}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

/** Steps before hearings to come whose time limit is near or past. */
function Due(): JSX.Element | null {
  const { now } = useLoad((signal) => api.deadlines(signal), []);
  const text = preparing().deadlines;
  if (now.state !== 'ready') return null;
  return (
    <section class="turns" data-testid="due-list">
      <SectionHead title={text.due} />
      {now.value.length === 0 && <p class="body ink-2 mt-2">{text.noDue}</p>}
      <ul class="due body">
        {now.value.map((step) => (
          <li key={`${step.hearing} ${step.key}`}>
            <span>{pick(step.text)}, <a href={`/prepare/${step.hearing}`}>{step.case}</a><br /><span class="meta">{pick(step.source)}</span></span>
            <span class={`due-when ${standing(step).tone === 'look' ? 'look strong' : ''}`}>{standing(step).text}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
