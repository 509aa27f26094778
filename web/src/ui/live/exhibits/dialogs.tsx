//! What is asked about an exhibit: to look at it, whom to show it to, why it is refused.

import type { JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import { isRecording } from '../../../core/exhibits';
import { isObserver } from '../../../core/layout';
import type { ExhibitView, SeatId, View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Dialog, useModal } from '../../dialog';
import { Button, TextField } from '../../parts';
import { t } from '../../../i18n';
import type { Acts } from '../acts';
import { seatName, seatRole } from '../words';
import { Page, Pager } from './page';
import { Listen } from './played';
import { titled, words } from './words';

interface Asked {
  exhibit: ExhibitView;
  acts: Acts;
  back: () => void;
}

/** The court looks before anybody else does. */
export function Preview({ session, exhibit, back }: { session: Session; exhibit: ExhibitView; back: () => void }): JSX.Element {
  const text = words();
  const frame = useModal();
  const id = useId();
  const [page, setPage] = useState(1);
  const [pages, setPages] = useState(exhibit.file.pages ?? 1);
  const name = `${text.number(exhibit.id)} · ${titled(exhibit.title)}`;
  const recording = isRecording(exhibit.file);
  return (
    <dialog ref={frame} class="dialog modal exhibit-preview" aria-labelledby={id} data-testid="exhibit-preview" onCancel={(event) => { event.preventDefault(); back(); }}>
      <header class="row between"><h2 class="title" id={id}>{name}</h2>{!recording && <Pager page={page} pages={pages} turn={setPage} />}</header>
      {recording ? <Listen session={session} file={exhibit.file} title={name} /> : <Page session={session} file={exhibit.file} title={name} page={page} pages={setPages} />}
      <div class="row modal-acts"><Button size="lg" data-safe testid="exhibit-preview-close" onClick={back}>{text.close}</Button></div>
    </dialog>
  );
}

export function Refuse({ exhibit, acts, back }: Asked): JSX.Element {
  const text = words();
  const [reason, setReason] = useState('');
  const refuse = async (): Promise<void> => {
    if (await acts.give({ type: 'rule_exhibit', exhibit: exhibit.id, admit: false, reason })) back();
  };
  return (
    <Dialog title={text.refuseTitle(exhibit.id)} act={text.refuse} back={t().back} disabled={reason.trim() === ''} theme="paper" testid="exhibit-refuse" onAct={() => void refuse()} onBack={back}>
      <TextField label={text.reason} value={reason} onValue={setReason} maxLength={500} required testid="exhibit-reason" />
    </Dialog>
  );
}

/** Whom it is shown to: seats in the courtroom, and whether those who only watch see it. */
export function Choose({ view, exhibit, acts, back }: Asked & { view: View }): JSX.Element {
  const text = words();
  const court = (roles: readonly string[]): boolean => roles.some((role) => role === 'presiding_judge' || role === 'panel_member' || role === 'clerk');
  const seats = view.seats.filter((seat) => seat.room === 'courtroom' && !isObserver(seat) && (seat.point !== null || !court(seat.people.map((person) => person.role))));
  const [chosen, setChosen] = useState<ReadonlySet<SeatId>>(new Set());
  const [observers, setObservers] = useState(false);
  const toggle = (id: SeatId): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    setChosen(next);
  };
  const show = async (): Promise<void> => {
    if (await acts.give({ type: 'show_exhibit', exhibit: exhibit.id, to: [...chosen].sort((a, b) => a - b), observers, page: null })) back();
  };
  return (
    <Dialog title={text.chooseTitle(exhibit.id)} act={text.show} back={t().back} disabled={chosen.size === 0 && !observers} theme="paper" testid="exhibit-choose" onAct={() => void show()} onBack={back}>
      <div class="exhibit-choice">
        {seats.map((seat) => (
          <label key={seat.seat} class="row"><input type="checkbox" checked={chosen.has(seat.seat)} data-testid={`see-${seat.seat}`} onChange={() => toggle(seat.seat)} /><span>{seatName(seat)} <span class="ink-2">{seatRole(seat)}</span></span></label>
        ))}
        <label class="row"><input type="checkbox" checked={observers} data-testid="see-observers" onChange={() => setObservers(!observers)} /><span>{text.observers}</span></label>
      </div>
    </Dialog>
  );
}
