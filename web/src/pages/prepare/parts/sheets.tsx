//! Printable invitations, a page each. They are there only as they are made: codes are shown once.

import type { JSX } from 'preact';
import { useId } from 'preact/hooks';
import type { Hearing, Sheet, Sheets } from '../../../core/api';
import { t } from '../../../i18n';
import { clockTime, day } from '../../../i18n/format';
import { useModal } from '../../../ui/dialog';
import { Seal } from '../../../ui/page';
import { Button } from '../../../ui/parts';
import { pick, preparing } from './words';

interface SheetsProps {
  hearing: Hearing;
  made: Sheets;
  onClose: () => void;
}

/** Closed only on purpose: what it shows is not shown again. */
export function SheetsDialog({ hearing, made, onClose }: SheetsProps): JSX.Element {
  const text = preparing().sheets;
  const frame = useModal();
  const id = useId();
  const codes = made.invitations.some((sheet) => sheet.code !== null);
  return (
    <dialog ref={frame} class="dialog sheets print-only" aria-labelledby={id} data-testid="sheets" onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <div class="sheets-head no-print">
        <h2 class="title" id={id}>{text.count(made.invitations.length)}</h2>
        {codes && <p class="body look strong">{text.once}</p>}
        <div class="row row-3 wrap-row mt-3">
          <Button kind="act" icon="print" testid="print-sheets" onClick={() => { print(); }}>{text.print}</Button>
          <Button testid="sheets-done" onClick={onClose}>{text.done}</Button>
        </div>
      </div>
      {made.invitations.map((sheet) => <One key={sheet.person} hearing={hearing} sheet={sheet} rules={made} />)}
    </dialog>
  );
}

function One({ hearing, sheet, rules }: { hearing: Hearing; sheet: Sheet; rules: Sheets }): JSX.Element | null {
  const text = preparing().sheets;
  const { zone } = hearing.court;
  const starts = Date.parse(hearing.starts);
  const person = hearing.people.find((one) => one.id === sheet.person);
  if (person === undefined) return null;
  const place = hearing.points.find((point) => point.id === person.point)?.name ?? text.ownPlace;
  return (
    <article class="sheet" data-testid="sheet" data-person={person.id}>
      <header class="sheet-head"><Seal /><b>{hearing.court.name}</b></header>
      <h3 class="sheet-title">{text.title}</h3>
      <p class="sheet-who">{t().roles[person.role]}<br /><b>{person.name}</b></p>
      <dl class="sheet-facts">
        <dt>{text.case}</dt><dd>{hearing.case}{hearing.title !== '' && <> · {hearing.title}</>}</dd>
        <dt>{text.time}</dt><dd><time>{clockTime(starts, zone, false)}</time>, {day(starts, zone)}</dd>
        <dt>{text.place}</dt><dd>{place}</dd>
        <dt>{text.way}</dt><dd>{sheet.link === null ? text.byPoint : sheet.code === null ? text.byAccount : text.byCode}{sheet.link !== null && <><br /><span class="link mono">{sheet.link}</span></>}</dd>
      </dl>
      {sheet.link !== null && (
        <div class="sheet-entry">
          {sheet.qr !== null && <img class="qr" alt={text.qr} src={`data:image/svg+xml,${encodeURIComponent(sheet.qr)}`} />}
          {sheet.code !== null && <p>{text.code}<br /><span class="code" data-testid="sheet-code">{sheet.code}</span><br /><span class="meta">{text.codeHow}</span></p>}
        </div>
      )}
      <h4>{text.prepare}</h4>
      <p>{text.prepareHow}</p>
      {rules.conduct.length > 0 && (
        <>
          <h4>{text.rules}</h4>
          <ol class="sheet-rules">{rules.conduct.map((rule) => <li key={rule.vi}>{pick(rule)}</li>)}</ol>
        </>
      )}
    </article>
  );
}
