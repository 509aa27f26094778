//! What the record is worth, as two statements: whether it is untouched, and whether it is complete.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type RecordDetail, type Timeline, type VerifyReport, api } from '../../../core/api';
import { byLaw, missing, piecesIn, total } from '../../../core/player/timeline';
import { clockTime, lasted, shortDay } from '../../../i18n/format';
import { t } from '../../../i18n';
import { Loading } from '../../../ui/page';
import { Badge, Button } from '../../../ui/parts';
import { Problematic } from '../../login/parts/frame';
import { useLoad } from '../../login/parts/load';
import { words } from '../../login/parts/words';

/** How often the page asks how far a verification is, in ms. */
const ASK_AGAIN = 1000;

export function Verification({ id, timeline, zone }: { id: string; timeline: Timeline; zone: string }): JSX.Element {
  const text = words();
  const { now, again, put } = useLoad((signal) => api.record(id, signal), [id]);
  const [log, setLog] = useState(false);
  const detail = now.state === 'ready' ? now.value : undefined;
  const report = detail?.verify;
  // A verification reads the whole record: it runs in the server, and the page asks how far it is.
  useEffect(() => {
    if (!detail?.checking) return;
    const timer = setTimeout(again, ASK_AGAIN);
    return () => { clearTimeout(timer); };
  }, [detail]);
  const verifyAgain = (): void => { api.verifyAgain(id).then(put, again); };
  return (
    <section class="veri" aria-labelledby="verify-title" data-testid="verification" data-result={report?.result}>
      <div class="sec-h"><h2 id="verify-title">{text.verify.title}</h2>{report && <span class="end"><Integrity report={report} /></span>}</div>
      {now.state === 'failed' && <Problematic problem={now.problem} again={again} />}
      {now.state === 'loading' && <Loading />}
      {detail?.checked && <p class="meta" data-testid="checked">{text.verify.checked(shortDay(Date.parse(detail.checked), zone), clockTime(Date.parse(detail.checked), zone))}</p>}
      {detail?.checking && <p class="meta" role="status" data-testid="checking">{text.verify.checking(percent(detail.checking))}</p>}
      {detail && report && <Statements detail={detail} report={report} timeline={timeline} zone={zone} />}
      <p class="row mt-3 wrap-row">
        <Button size="sm" disabled={now.state === 'loading' || (detail !== undefined && detail.checking !== null)} onClick={verifyAgain}>{text.verify.again}</Button>
        <Button size="sm" kind="text" aria-expanded={log} onClick={() => { setLog(!log); }}>{text.verify.viewers}</Button>
      </p>
      {log && <Viewers id={id} zone={zone} />}
    </section>
  );
}

function percent({ read, total }: { readonly read: number; readonly total: number }): number {
  return total === 0 ? 0 : Math.floor((100 * read) / total);
}

function Integrity({ report }: { report: VerifyReport }): JSX.Element {
  const { results } = words().records;
  switch (report.result) {
    case 'intact': case 'gaps': return <Badge kind="verified" icon="check">{results[report.result]}</Badge>;
    case 'altered': return <Badge kind="act" icon="alert">{results.altered}</Badge>;
    case 'unverifiable': return <Badge kind="look" icon="alert">{results.unverifiable}</Badge>;
  }
}

function Statements({ detail, report, timeline, zone }: { detail: RecordDetail; report: VerifyReport; timeline: Timeline; zone: string }): JSX.Element {
  const sealedAt = detail.record.sealed;
  const { verify } = words();
  const gaps = missing(timeline.tracks);
  const breaks = byLaw(timeline).filter((span) => span.reason === 'paused' || span.reason === 'held');
  const unrecorded = report.unrecorded ?? [];
  const without = unrecorded.reduce((sum, span) => sum + Date.parse(span.to) - Date.parse(span.from), 0);
  const says = { intact: verify.integrityIntact, gaps: verify.integrityIntact, altered: verify.integrityAltered, unverifiable: verify.integrityUnknown }[report.result];
  return (
    <>
      <dl class="says">
        <div><dt>{verify.integrity}</dt><dd>{says}</dd></div>
        <div><dt>{verify.completeness}</dt><dd class={gaps.count + unrecorded.length > 0 ? 'look strong' : undefined} data-testid="completeness">{gaps.count > 0 ? verify.gaps(gaps.count, lasted(gaps.ms)) : unrecorded.length === 0 && verify.complete}{unrecorded.length > 0 && <p>{verify.unrecorded(lasted(without), [...new Set(unrecorded.map((span) => span.reason).filter(Boolean))].join('; '))}</p>}</dd></div>
      </dl>
      <ul>
        <li><span>{verify.ledger}</span><span class="num">{verify.ledgerEvents(report.events)}</span></li>
        <li><span>{verify.sealed}</span>{sealedAt === null ? <span>{report.sealed ? verify.isSealed : verify.notSealed}</span> : <time>{shortDay(Date.parse(sealedAt), zone)} {clockTime(Date.parse(sealedAt), zone)}</time>}</li>
        {report.stamped && <li data-testid="stamped"><span>{verify.stamped}</span><time>{shortDay(Date.parse(report.stamped.time), zone)} {clockTime(Date.parse(report.stamped.time), zone)}</time></li>}
        <li><span>{verify.byLaw}</span><span class="num">{breaks.length === 0 ? verify.none : `${[...new Set(breaks.map((span) => t().states[span.reason as keyof ReturnType<typeof t>['states']]))].join(', ')}, ${lasted(total(breaks))}`}</span></li>
      </ul>
      {detail.court_key !== null && <p class="meta mt-3" data-testid="court-key">{verify.courtKey}<br /><code class="num">{detail.court_key.match(/.{1,4}/g)?.join(' ')}</code></p>}
      {report.findings.length > 0 && (
        <>
          <h3 class="body strong mt-3">{verify.findings}</h3>
          <ul class="findings">{report.findings.map((finding, n) => <li key={n} class="meta">{verify.finding(finding.file, finding.what)}</li>)}</ul>
        </>
      )}
      <details class="mt-3">
        <summary class="body">{verify.perTrack}</summary>
        <ul>{report.tracks.map((track) => <li key={track.id}><span>{track.person === null || track.person === '' ? track.id : track.person} · {words().player.devices[track.kind] ?? track.kind}</span><span class="num">{lasted(track.seconds * 1000)} · {verify.trackGaps(piecesIn(track.gaps))}</span></li>)}</ul>
      </details>
    </>
  );
}

function Viewers({ id, zone }: { id: string; zone: string }): JSX.Element {
  const { now, again } = useLoad((signal) => api.accessLog(id, signal), [id]);
  if (now.state === 'loading') return <Loading />;
  if (now.state === 'failed') return <Problematic problem={now.problem} again={again} />;
  if (now.value.length === 0) return <p class="meta">{words().verify.noViewers}</p>;
  return (
    <ul>{now.value.map((viewing, n) => <li key={n}><span>{viewing.who}</span><time>{shortDay(Date.parse(viewing.at), zone)} {clockTime(Date.parse(viewing.at), zone)}</time></li>)}</ul>
  );
}
