//! Who stands large: what this screen's person chooses, and what the presiding judge sets for all.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { keepLayout, keptLayout, lead, mayLead, OWN, type Lead, type OwnLayout } from '../../core/spotlight';
import { catalogue } from '../../i18n';
import { layout as en } from '../../i18n/en/layout';
import { layout as vi } from '../../i18n/vi/layout';
import type { Layout, SeatId, View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Dialog } from '../dialog';
import { Button, Icon, SelectField } from '../parts';
import type { Acts } from './acts';
import { seatName, seatRole } from './words';

export const words = catalogue(vi, en);

function kept(): OwnLayout {
  try {
    return keptLayout(localStorage);
  } catch {
    return 'plan';
  }
}

/** This screen's own choice, on whatever page. */
export const own = signal<OwnLayout>(kept());

function choose(layout: OwnLayout): void {
  own.value = layout;
  try {
    keepLayout(localStorage, layout);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** Who speaks, without the coughs. */
export function useLead(session: Session, now: number): SeatId | null {
  const before = useRef<Lead | null>(null);
  before.current = lead(before.current, session.levels.value[0], now);
  return before.current?.seat ?? null;
}

type Setting = 'each' | Layout['layout'];

/** The judge's part: one of four, and who. */
function ForAll({ view, acts }: { view: View; acts: Acts }): JSX.Element {
  const text = words();
  const { layout } = view.session;
  const seats = [view.me, ...view.seats].filter(mayLead).sort((a, b) => a.seat - b.seat);
  // What is in force, until something else is chosen: that stays when the court's word comes meanwhile.
  const [chosen, choose] = useState<{ setting?: Setting; seat?: SeatId }>({});
  const setting: Setting = chosen.setting ?? layout?.layout ?? 'each';
  const seat = chosen.seat ?? (layout?.layout === 'spotlight' ? layout.seat : seats[0]?.seat ?? 0);
  const wanted: Layout | null = setting === 'each' ? null : setting === 'spotlight' ? { layout: 'spotlight', seat } : { layout: setting };
  const same = JSON.stringify(wanted) === JSON.stringify(layout);
  return (
    <fieldset class="phase-choice">
      <legend class="strong">{text.forAll}</legend>
      <p class="meta">{text.forAllHelp}</p>
      {(['each', 'grid', 'speaker', 'spotlight'] as const).map((one) => (
        <label key={one}><input type="radio" name="for-all" checked={setting === one} data-testid={`layout-${one}`} onChange={() => choose({ ...chosen, setting: one })} />{text[one]}</label>
      ))}
      {setting === 'spotlight' && <SelectField label={text.who} value={String(seat)} options={seats.map((one) => ({ value: String(one.seat), label: `${seatName(one)} · ${seatRole(one)}` }))} onValue={(value) => choose({ ...chosen, seat: Number(value) })} testid="layout-seat" />}
      <p><Button disabled={acts.lost !== null || same} testid="layout-set" onClick={() => void acts.give({ type: 'set_layout', layout: wanted }).then((done) => { if (done) choose({}); })}>{text.set}</Button></p>
    </fieldset>
  );
}

function ForMe({ view }: { view: View }): JSX.Element {
  const text = words();
  const overruled = view.session.layout !== null;
  return (
    <fieldset class="phase-choice">
      <legend class="strong">{text.own}</legend>
      {overruled && <p class="body" data-testid="layout-overruled">{text.overruled}</p>}
      {OWN.map((one) => (
        <label key={one}><input type="radio" name="for-me" checked={own.value === one} disabled={overruled} data-testid={`own-layout-${one}`} onChange={() => choose(one)} />{text[one]}</label>
      ))}
    </fieldset>
  );
}

/** Says when the judge has set it; opens the choices. */
export function LayoutChoice({ view, acts }: { view: View; acts: Acts }): JSX.Element {
  const [open, setOpen] = useState(false);
  const shut = (): void => setOpen(false);
  const text = words();
  return (
    <span class="row layout-choice">
      {view.session.layout !== null && <span class="meta row" role="status" data-testid="layout-is-set"><Icon name="lock" size={16} /><span class="layout-said">{text.setNow}</span></span>}
      <Button kind="text" size="sm" testid="layout-open" data-layout={view.session.layout?.layout ?? ''} onClick={() => setOpen(true)}>{text.open}</Button>
      {open && (
        <Dialog title={text.title} act={text.shut} onAct={shut} onBack={shut} theme="paper" testid="layout">
          {view.acts.includes('set_layout') && <ForAll view={view} acts={acts} />}
          <ForMe view={view} />
          {acts.trouble.value !== null && <p class="notice notice-look" role="alert">{acts.trouble.value}</p>}
        </Dialog>
      )}
    </span>
  );
}
