//! `/case/<case number>/<record, hearing or sitting>/<hh:mm:ss>`: a link that was printed or sent. It leads to the record.

import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';
import { type RecordSummary, api } from '../../core/api';
import { around, meant } from '../../core/player/caselink';
import { secondsIn } from '../../core/player/walltime';
import { clockTime, shortDay } from '../../i18n/format';
import { type Params, navigate } from '../../state/route';
import { Failure, Loading } from '../../ui/page';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { texts } from './parts/words';
import './parts/records.css';

interface Asked {
  readonly number: string;
  readonly named: string;
  readonly clock: string;
}

export default function CasePage({ params }: { params: Params }): JSX.Element {
  const asked = { number: params['case'] ?? '', named: params['hearing'] ?? '', clock: params['time'] ?? '' };
  return <Frame title={texts().caseTitle} here="records">{() => <main class="wrap"><Meant {...asked} /></main>}</Frame>;
}

/** By the case's number; and where that finds none, among all: the number of a case may have been written differently. */
async function records({ number, named }: Asked, signal: AbortSignal): Promise<readonly RecordSummary[]> {
  const ofCase = meant(await api.records({ q: number }, signal), number, named);
  return ofCase.length > 0 ? ofCase : meant(await api.records({}, signal), number, named);
}

function Meant(asked: Asked): JSX.Element {
  const text = texts();
  const { number, named, clock } = asked;
  const { now, again } = useLoad((signal) => records(asked, signal), [number, named]);
  const timed = secondsIn(clock) !== undefined;
  const found = now.state === 'ready' ? (timed ? around(now.value, clock) : now.value) : [];
  const only = timed && found.length === 1 ? found[0] : undefined;
  useEffect(() => { if (only) navigate(recordAt(only.id, clock), true); }, [only?.id, clock]);
  if (now.state === 'failed') return <Problematic problem={now.problem} again={again} />;
  if (now.state === 'loading' || only !== undefined) return <Loading />;
  if (found.length === 0) return <div data-testid="no-case"><h1 class="sr">{text.caseTitle}</h1><Failure title={text.noCase} detail={text.noCaseHow(number, named)} /><p><a class="btn" href="/records">{text.toList}</a></p></div>;
  return (
    <div data-testid={timed ? 'several' : 'no-clock'}>
      <h1 class="title">{timed ? text.several : text.noClock}</h1>
      <p class="body mt-3">{timed ? text.severalHow : text.noClockHow(clock)}</p>
      <ul class="mt-3 stack">{found.map((record) => <li key={record.id}><Sitting record={record} clock={timed ? clock : undefined} /></li>)}</ul>
    </div>
  );
}

function recordAt(id: string, clock: string | undefined): string {
  return `/records/${encodeURIComponent(id)}${clock === undefined ? '' : `?t=${clock}`}`;
}

function Sitting({ record, clock }: { record: RecordSummary; clock: string | undefined }): JSX.Element {
  const from = Date.parse(record.from);
  // The text carries the court's own offset: its day and time are read as they stand.
  const [day, at] = [shortDay(Date.parse(`${record.day}T12:00:00Z`), 'UTC'), clockTime(Date.parse(`${record.from.slice(0, 19)}Z`), 'UTC')];
  const name = `${record.case} · ${words().records.sitting(record.sitting)} · ${day}${Number.isNaN(from) ? '' : `, ${at}`}`;
  return <a class="btn" href={recordAt(record.id, clock)}>{clock === undefined ? `${texts().toRecord}: ${name}` : name}</a>;
}
