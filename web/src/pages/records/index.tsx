//! The library: records found by words without diacritics, days and people.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type RecordFilter, type RecordSummary, api } from '../../core/api';
import { pieces } from '../../core/search';
import { shortDay, span } from '../../i18n/format';
import { navigate, path } from '../../state/route';
import { Empty, Loading } from '../../ui/page';
import { Badge, Button, Icon, TextField } from '../../ui/parts';
import { RehearsalBadge } from '../../ui/rehearsal';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { LastNight } from './parts/night';
import './parts/records.css';

type Wish = Required<RecordFilter>;

const NAMES = ['q', 'from', 'to', 'person', 'judge', 'phase'] as const;

export default function Records(): JSX.Element {
  return <Frame title={words().records.title} here="records">{(me) => <Library zone={me.court.zone} />}</Frame>;
}

/** What the address asks for. */
function wished(full: string): Wish {
  const params = new URLSearchParams(full.split('?')[1] ?? '');
  const asked = (name: (typeof NAMES)[number]): string => params.get(name) ?? '';
  return { q: asked('q'), from: asked('from'), to: asked('to'), person: asked('person'), judge: asked('judge'), phase: asked('phase') };
}

function show(wish: Wish): void {
  const params = new URLSearchParams();
  for (const name of NAMES) if (wish[name].trim() !== '') params.set(name, wish[name].trim());
  const query = params.toString();
  navigate(query === '' ? '/records' : `/records?${query}`);
}

function Library({ zone }: { zone: string }): JSX.Element {
  const text = words().records;
  const wish = wished(path.value);
  const { now, again } = useLoad((signal) => api.records(wish, signal), NAMES.map((name) => wish[name]));
  const narrowed = NAMES.some((name) => wish[name] !== '');
  const found = now.state === 'ready' ? [...now.value].sort((a, b) => b.from.localeCompare(a.from)) : [];
  return (
    <main class="wrap library">
      <Filter key={NAMES.slice(1).map((name) => wish[name]).join(' ')} wish={wish} />
      <div>
        <Search key={wish.q} wish={wish} />
        <LastNight zone={zone} />
        {now.state === 'loading' && <Loading />}
        {now.state === 'failed' && <Problematic problem={now.problem} again={again} />}
        {now.state === 'ready' && (
          <>
            <p class="body ink-2 mt-3" role="status"><b class="count">{text.count(found.length)}</b> {narrowed ? text.matching : text.all}</p>
            {found.length === 0
              ? <Empty title={narrowed ? text.none : text.empty}><p class="body">{narrowed ? text.noneHow : text.emptyHow}</p></Empty>
              : <div class="hits">{found.map((record) => <Hit key={record.id} record={record} q={`${wish.q} ${wish.person} ${wish.judge}`} />)}</div>}
          </>
        )}
      </div>
    </main>
  );
}

function Search({ wish }: { wish: Wish }): JSX.Element {
  const text = words().records;
  const [q, setQ] = useState(wish.q);
  return (
    <form class="find" role="search" onSubmit={(event) => { event.preventDefault(); show({ ...wish, q }); }}>
      <div class="f">
        <Icon name="search" />
        <input class="input" type="search" aria-label={text.label} placeholder={text.hint} value={q} data-testid="record-search" onInput={(event) => { setQ(event.currentTarget.value); }} />
      </div>
      <Button kind="act" type="submit" testid="record-find">{text.find}</Button>
    </form>
  );
}

function Filter({ wish }: { wish: Wish }): JSX.Element {
  const text = words().records;
  const [person, setPerson] = useState(wish.person);
  const [judge, setJudge] = useState(wish.judge);
  const [phase, setPhase] = useState(wish.phase);
  const narrowed = NAMES.slice(1).some((name) => wish[name] !== '');
  return (
    <form aria-label={text.filter} onSubmit={(event) => { event.preventDefault(); show({ ...wish, person, judge, phase }); }}>
      <h1 class="title">{text.title}</h1>
      <fieldset>
        <legend>{text.dates}</legend>
        <div class="stack">
          <TextField label={text.from} type="date" value={wish.from} onValue={(from) => { show({ ...wish, from }); }} testid="record-from" />
          <TextField label={text.to} type="date" value={wish.to} onValue={(to) => { show({ ...wish, to }); }} testid="record-to" />
        </div>
      </fieldset>
      <TextField label={text.person} value={person} onValue={setPerson} testid="record-person" />
      <TextField label={text.judge} value={judge} onValue={setJudge} testid="record-judge" />
      <TextField label={text.phase} value={phase} onValue={setPhase} testid="record-phase" />
      <div class="row mt-3 wrap-row">
        <Button size="sm" type="submit">{text.filter}</Button>
        {narrowed && <Button size="sm" kind="text" onClick={() => { show({ q: wish.q, from: '', to: '', person: '', judge: '', phase: '' }); }}>{text.clear}</Button>}
      </div>
    </form>
  );
}

function Marked({ text, q }: { text: string; q: string }): JSX.Element {
  return <>{pieces(text, q).map((piece, n) => (piece.found ? <mark key={n}>{piece.text}</mark> : piece.text))}</>;
}

function Hit({ record, q }: { record: RecordSummary; q: string }): JSX.Element {
  const text = words().records;
  return (
    <article class="hit" data-testid="record-row" data-record={record.id}>
      <div>
        <h2><a href={`/records/${encodeURIComponent(record.id)}`}><Marked text={record.title === '' ? record.case : record.title} q={q} /></a> <RehearsalBadge is={record.rehearsal} /></h2>
        <p class="body ink-2"><Marked text={record.case} q={q} /> · <time>{shortDay(Date.parse(`${record.day}T12:00:00Z`), 'UTC')}</time>{record.sitting > 1 && <> · {text.sitting(record.sitting)}</>}</p>
        {record.people.length > 0 && <p class="meta"><Marked text={record.people.join(', ')} q={q} /></p>}
      </div>
      <p class="verdict">
        <Verdict record={record} />
        <br /><time class="body">{span(Date.parse(record.to) - Date.parse(record.from))}</time>
        <br /><Completeness record={record} />
      </p>
    </article>
  );
}

function Verdict({ record }: { record: RecordSummary }): JSX.Element {
  const text = words().records;
  switch (record.result) {
    case 'intact': case 'gaps': return <Badge kind="verified" icon="check">{text.results[record.result]}</Badge>;
    case 'altered': return <Badge kind="act" icon="alert">{text.results.altered}</Badge>;
    case 'unverifiable': return <Badge kind="look" icon="alert">{text.results.unverifiable}</Badge>;
    case null: return <Badge kind="quiet">{text.notVerified}</Badge>;
  }
}

/** Apart from integrity: what is there may be untouched, and something may be missing. */
function Completeness({ record }: { record: RecordSummary }): JSX.Element {
  const text = words().records;
  if (record.sealed === null) return <span class="meta look strong">{text.unsealed}</span>;
  if (record.result === 'gaps') return <span class="meta look strong">{text.stated}</span>;
  return <span class="meta">{record.result === 'intact' ? text.complete : record.result === null ? '' : text.alteredHow}</span>;
}
