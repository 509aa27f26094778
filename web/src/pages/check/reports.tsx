//! Readiness reports of a point: the latest or the one chosen, to print (A4), and all before it with their trend.

import type { JSX } from 'preact';
import { type PointTests, type ReadinessTest, api } from '../../core/api';
import { clockTime, day, shortDay } from '../../i18n/format';
import { path, type Params } from '../../state/route';
import '../../styles/check.css';
import { Empty, Loading } from '../../ui/page';
import { Button, SectionHead } from '../../ui/parts';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { figuresOf, findingOf, Result } from './figures';
import { trend } from './measure';
import { testing } from './words';

export default function Reports({ params }: { params: Params }): JSX.Element {
  const point = params['point'] ?? '';
  return <Frame title={testing().report.title} here="hearings">{() => <Loaded key={point} point={point} />}</Frame>;
}

function Loaded({ point }: { point: string }): JSX.Element {
  const { now, again } = useLoad((signal) => api.tests(point, signal), [point]);
  if (now.state !== 'ready') return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
  return <Shown all={now.value} />;
}

function Shown({ all }: { all: PointTests }): JSX.Element {
  const text = testing().report;
  const asked = new URLSearchParams(path.value.split('?')[1] ?? '').get('test');
  const test = all.tests.find((one) => one.id === asked) ?? all.tests[0];
  return (
    <main class="wrap report-wrap">
      <p class="meta no-print"><a href="/prepare">{text.back}</a></p>
      {test === undefined
        ? <><h1 class="title">{all.point.name}</h1><Empty title={text.none}><p class="body">{text.noneHow}</p></Empty></>
        : <Report all={all} test={test} />}
      <div class="row row-3 wrap-row mt-5 no-print">
        {test && <Button kind="act" icon="print" testid="print-report" onClick={() => { print(); }}>{text.print}</Button>}
        <a class="btn" href={`/check/point?point=${all.point.id}`} data-testid="test-point-link">{text.test}</a>
      </div>
      {test && <Past all={all} shown={test} />}
    </main>
  );
}

function Report({ all, test }: { all: PointTests; test: ReadinessTest }): JSX.Element {
  const { report: text, parts } = testing();
  const { zone } = all.court;
  const at = Date.parse(test.at);
  const by = test.account === null ? text.byDevice : text.byAccount(test.account);
  return (
    <article class="report" data-testid="report" data-level={test.level}>
      <p class="strong">{all.court.name}</p>
      <h1 class="title mt-2">{text.title}</h1>
      <dl class="report-facts body mt-3">
        <dt>{testing().point}</dt><dd><b>{all.point.name}</b> · {words().pointKinds[all.point.kind]}</dd>
        <dt>{text.at}</dt><dd><time>{clockTime(at, zone)}</time>, {day(at, zone)}</dd>
        <dt>{text.by}</dt><dd>{by}{test.measured.device !== '' && <> · {test.measured.device}</>}</dd>
        <dt>{text.overall}</dt><dd><Result level={test.level} /></dd>
      </dl>
      <table class="mt-3 report-table">
        <thead><tr><th scope="col">{text.part}</th><th scope="col">{text.measured}</th><th scope="col">{text.verdict}</th></tr></thead>
        <tbody>
          {test.verdicts.map(({ part, code }) => {
            const [what, how] = findingOf(code);
            return <tr key={part}><td><b>{parts[part]}</b></td><td>{figuresOf(test.measured, part)}</td><td><b>{what}</b>{how !== '' && <><br /><span class="meta">{how}</span></>}</td></tr>;
          })}
        </tbody>
      </table>
      <h2 class="body strong mt-4">{text.how}</h2>
      <ul class="report-how meta">
        {test.measured.line && <li>{test.measured.line.way === 'media' ? text.howMedia : text.howHttps}</li>}
        {test.measured.sound && <li>{text.howSound}</li>}
        {test.measured.picture && <li>{text.howPicture}</li>}
      </ul>
      <div class="report-sign">
        {[text.signOfficer, text.signClerk].map((who) => <p key={who}><b>{who}</b><br /><span class="meta">{text.signHow}</span></p>)}
      </div>
    </article>
  );
}

function Past({ all, shown }: { all: PointTests; shown: ReadinessTest }): JSX.Element {
  const { report: text } = testing();
  const { zone } = all.court;
  return (
    <section class="mt-5 no-print">
      <SectionHead title={text.past} />
      <table class="report-table">
        <thead><tr><th scope="col">{text.at}</th><th scope="col">{text.overall}</th><th scope="col">{text.measured}</th><th scope="col">{text.trend}</th></tr></thead>
        <tbody>
          {all.tests.map((test, n) => {
            const at = Date.parse(test.at);
            const when = `${shortDay(at, zone)} ${clockTime(at, zone, false)}`;
            const to = trend(test, all.tests.slice(n + 1).find((before) => before.measured.line?.way === test.measured.line?.way));
            return (
              <tr key={test.id} data-testid="past-test" data-trend={to}>
                <td>{test.id === shown.id ? <><time>{when}</time> <span class="meta">{text.shown}</span></> : <a href={`/readiness/${all.point.id}?test=${test.id}`} aria-label={text.open(when)}><time>{when}</time></a>}</td>
                <td><Result level={test.level} /></td>
                <td>{(['line', 'sound'] as const).map((part) => figuresOf(test.measured, part)).filter((one) => one !== '').join(' · ')}</td>
                <td class={to === 'worse' ? 'look strong' : undefined}>{text[to]}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
