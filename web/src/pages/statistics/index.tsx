//! Statistics that fill themselves: hearings, interruptions and minutes lost, as bars to be read at a glance and as tables.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../core/api';
import { isWithinYear, minutes, ranked, statisticsCsv, type Figures, type LostCause, type Statistics, type StatisticsBy } from '../../core/statistics';
import { catalogue } from '../../i18n';
import { statistics as en } from '../../i18n/en/statistics';
import { statistics as vi } from '../../i18n/vi/statistics';
import { decimal } from '../../i18n/format';
import { navigate, path } from '../../state/route';
import { Empty, Loading } from '../../ui/page';
import { Button, TextField } from '../../ui/parts';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { procedureName } from '../prepare/parts/people';
import { Bars } from './parts/chart';
import './parts/statistics.css';

const words = catalogue(vi, en);
const BY: readonly StatisticsBy[] = ['judge', 'point', 'case_type', 'court'];
const CAUSES: readonly LostCause[] = ['continuity', 'pressed', 'record', 'media', 'restart'];

interface Wish {
  from: string;
  to: string;
  by: StatisticsBy;
}

function wished(full: string): Wish {
  const params = new URLSearchParams(full.split('?')[1] ?? '');
  return { from: params.get('from') ?? '', to: params.get('to') ?? '', by: BY.find((one) => one === params.get('by')) ?? 'judge' };
}

function show({ from, to, by }: Wish): void {
  navigate(`/statistics?${new URLSearchParams({ ...(from && { from }), ...(to && { to }), by }).toString()}`);
}

export default function StatisticsPage(): JSX.Element {
  return <Frame title={words().title} here="statistics">{() => <Counted />}</Frame>;
}

function Counted(): JSX.Element {
  const wish = wished(path.value);
  const { now, again } = useLoad((signal) => api.statistics(wish, signal), [wish.from, wish.to, wish.by]);
  const told = now.state === 'ready' ? now.value : null;
  return (
    <main class="wrap statistics">
      <div><h1 class="title">{words().title}</h1><p class="meta">{words().source}</p></div>
      <Period key={`${told?.from ?? ''} ${told?.to ?? ''}`} wish={{ ...wish, from: told?.from ?? wish.from, to: told?.to ?? wish.to }} />
      {now.state === 'loading' && <Loading />}
      {now.state === 'failed' && <Problematic problem={now.problem} again={again} />}
      {told && (told.total.hearings === 0 ? <Empty title={words().none}><p class="body">{words().noneHow}</p></Empty> : <Shown told={told} />)}
    </main>
  );
}

/** The days, and what the figures are added up by. */
function Period({ wish }: { wish: Wish }): JSX.Element {
  const text = words();
  const [from, setFrom] = useState(wish.from);
  const [to, setTo] = useState(wish.to);
  const wrong = from !== '' && to !== '' && to < from;
  return (
    <form class="stat-form" aria-label={text.period} onSubmit={(event) => { event.preventDefault(); if (!wrong) show({ ...wish, from, to }); }}>
      <TextField label={text.from} type="date" value={from} onValue={setFrom} testid="stat-from" />
      <TextField label={text.to} type="date" value={to} onValue={setTo} error={wrong ? text.wrongOrder : undefined} testid="stat-to" />
      <Button type="submit" disabled={wrong} testid="stat-show">{text.show}</Button>
      <div class="stat-by" role="group" aria-label={text.byLabel}>
        {BY.map((by) => <Button key={by} aria-pressed={wish.by === by} testid={`stat-by-${by}`} onClick={() => show({ from, to, by })}>{text.by[by]}</Button>)}
      </div>
    </form>
  );
}

/** A procedure has a name of its own in each language; the others are names already. */
function nameOf(by: StatisticsBy, { name }: Figures): string {
  return by === 'case_type' ? procedureName(name) : name;
}

function Shown({ told }: { told: Statistics }): JSX.Element {
  const text = words();
  const { by, total, groups } = told;
  const quota = by === 'judge' && told.quota !== null && isWithinYear(told.from, told.to) ? told.quota : null;
  const hearings = ranked(groups, (one) => one.online).map((one) => ({ label: nameOf(by, one), value: one.hearings, part: one.online }));
  const lost = ranked(groups, (one) => one.lost_s).map((one) => ({ label: nameOf(by, one), value: minutes(one.lost_s), part: minutes(one.lost_s) }));
  const notes = [text.full, quota !== null && text.quota(quota)].filter(Boolean).join(' ');
  return (
    <>
      <Sums total={total} />
      {total.province_unknown > 0 && <p class="meta">{text.unknown(total.province_unknown)}</p>}
      <div class="stat-pair">
        <Bars title={text.hearingsBy(text.by[by])} bars={hearings} mark={quota} note={notes} />
        <Bars title={text.lostBy(text.by[by])} bars={lost} note={by === 'point' ? text.ofPoint : undefined} />
      </div>
      <Table told={told} />
      <Causes total={total} />
      <p class="row row-3 stat-acts">
        <a class="btn" href={statisticsCsv({ from: told.from, to: told.to, by: told.by })} download data-testid="stat-csv">{text.csv}</a>
        <Button icon="print" onClick={() => print()}>{text.print}</Button>
      </p>
    </>
  );
}

const hours = (seconds: number): string => decimal(seconds / 3600, 1);

function Sums({ total }: { total: Figures }): JSX.Element {
  const text = words();
  const sums: [string, string, string][] = [
    ['hearings', text.hearings, decimal(total.hearings, 0)], ['online', text.online, decimal(total.online, 0)], ['across', text.across, decimal(total.cross_province, 0)], ['sittings', text.sittings, decimal(total.sittings, 0)],
    ['in-session', text.inSession, hours(total.in_session_s)], ['interruptions', text.interruptions, decimal(total.interruptions, 0)], ['lost', text.lost, decimal(minutes(total.lost_s), 0)],
  ];
  return <dl class="stat-sums">{sums.map(([id, label, value]) => <div key={id}><dt>{label}</dt><dd class="num" data-testid={`sum-${id}`}>{value}</dd></div>)}</dl>;
}

function Table({ told }: { told: Statistics }): JSX.Element {
  const text = words();
  const heads = [text.hearings, text.online, text.across, text.sittings, text.inSession, text.interruptions, text.lost];
  const cells = (one: Figures): string[] => [one.hearings, one.online, one.cross_province, one.sittings].map((figure) => decimal(figure, 0)).concat(hours(one.in_session_s), decimal(one.interruptions, 0), decimal(minutes(one.lost_s), 0));
  const row = (name: string, one: Figures): JSX.Element => (
    <tr key={name}><th scope="row">{name}</th>{cells(one).map((cell, n) => <td key={n} class="r num" data-label={heads[n]}>{cell}</td>)}</tr>
  );
  return (
    <div class="stat-table">
      <table class="tight" data-testid="stat-table">
        <thead><tr><th scope="col">{text.by[told.by]}</th>{heads.map((head) => <th key={head} scope="col" class="r">{head}</th>)}</tr></thead>
        <tbody>{told.groups.map((one) => row(nameOf(told.by, one), one))}</tbody>
        <tfoot>{row(text.total, told.total)}</tfoot>
      </table>
    </div>
  );
}

/** Of all together; who was never interrupted has none. */
function Causes({ total }: { total: Figures }): JSX.Element | null {
  const text = words();
  const found = CAUSES.flatMap((cause) => {
    const lost = total.causes[cause];
    return lost ? [{ cause, ...lost }] : [];
  });
  if (found.length === 0) return null;
  return (
    <div class="stat-pair" data-testid="stat-causes">
      <Bars title={text.causesTitle} bars={found.map(({ cause, count }) => ({ label: text.causes[cause], value: count, part: count }))} />
      <div class="stat-table">
        <table class="tight">
          <thead><tr><th scope="col">{text.cause}</th><th scope="col" class="r">{text.times}</th><th scope="col" class="r">{text.lost}</th></tr></thead>
          <tbody>{found.map(({ cause, count, lost_s }) => <tr key={cause}><th scope="row">{text.causes[cause]}</th><td class="r num" data-label={text.times}>{decimal(count, 0)}</td><td class="r num" data-label={text.lost}>{decimal(minutes(lost_s), 0)}</td></tr>)}</tbody>
        </table>
      </div>
    </div>
  );
}
