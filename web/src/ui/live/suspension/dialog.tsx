//! Suspending, or postponing before the opening: the moment is fixed when the dialog opens, everything for the decision is
//! on one page, and one press decides. Circular 05/2021 Art. 14.

import type { JSX } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { presentPhase } from '../../../core/course';
import type { Pack } from '../../../core/suspension';
import { instant } from '../../../core/zone';
import { COURT, language } from '../../../i18n';
import { clockTime, span } from '../../../i18n/format';
import type { SeatView, View } from '../../../protocol/generated/signal';
import { useNow } from '../../../state/hooks';
import type { Session } from '../../../state/session';
import '../../../styles/suspension.css';
import { useModal } from '../../dialog';
import { Button, TextField } from '../../parts';
import { problemIn, told } from '../../problems';
import type { Acts } from '../acts';
import { phaseName } from '../course/words';
import { seatName, seatRole, standardReason } from '../words';
import { Lines } from './lines';
import { Paper } from './paper';
import { words } from './words';

type Loaded = { readonly pack: Pack } | { readonly error: string } | null;

/** The pack of the moment at which the dialog opened, again for each other day. */
function usePack(session: Session, until: number | null): Loaded {
  const [loaded, setLoaded] = useState<Loaded>(null);
  const [frozen] = useState(() => Math.floor(session.now()));
  useEffect(() => {
    let left = false;
    session.suspension(frozen, until).then(
      (pack) => { if (!left) setLoaded({ pack }); },
      (error: unknown) => {
        const { title, detail } = told(problemIn(error), session.staff);
        if (!left) setLoaded({ error: [title, detail].filter(Boolean).join('. ') });
      },
    );
    return () => { left = true; };
  }, [until]);
  return loaded;
}

/** Who is told: the officers with a screen of their own, and the devices of component points without one. */
function officers(view: View): SeatView[] {
  const component = view.seats.filter((seat) => seat.point_kind !== null && seat.point_kind !== 'central' && seat.point_kind !== 'observer');
  const own = component.filter((seat) => seat.people.length === 1 && seat.people[0]?.role === 'point_officer');
  const spoken = new Set(own.map((seat) => seat.point));
  return [...own, ...component.filter((seat) => !spoken.has(seat.point))];
}

function Notices({ view }: { view: View }): JSX.Element {
  const text = words();
  const all = officers(view);
  return (
    <section>
      <div class="sec-h"><h3>{text.notices}</h3><span class="meta">{text.noticesSub}</span></div>
      {all.length === 0 && <p class="body ink-2">{text.noOfficers}</p>}
      <ul class="told body">
        {all.map((seat) => {
          const noted = view.session.noted.find((one) => one.seat === seat.seat);
          return (
            <li key={seat.seat}>
              <span>{seatName(seat)} <span class="ink-2">· {seatRole(seat)}{seat.point && seatName(seat) !== seat.point ? `, ${seat.point}` : ''}</span></span>
              <span class="meta">{noted ? <>{text.noted} <time>{clockTime(noted.at_ms, view.hearing.zone)}</time></> : text.onDecision}</span>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface Appointed { readonly day: string; readonly time: string }

/** UTC ms; `null`: not appointed; `undefined`: half of it, or no time at all. */
function untilOf({ day, time }: Appointed, zone: string): number | null | undefined {
  if (day === '') return null;
  const text = instant(day, time, zone);
  return text === undefined ? undefined : Date.parse(text);
}

function Reopening({ view, pack, wish, onWish }: { view: View; pack: Pack; wish: Appointed; onWish: (wish: Appointed) => void }): JSX.Element {
  const text = words();
  const { zone } = view.hearing;
  const phase = presentPhase(view);
  const until = untilOf(wish, zone);
  const said = until === undefined ? text.unread
    : until === null ? text.appointLater
    : pack.taken.length === 0 ? text.free
    : pack.taken.map(({ point, at }) => text.taken(point, clockTime(at, zone, false))).join(' ');
  return (
    <section>
      <div class="sec-h"><h3>{text.reopen}</h3><span class="meta">{phase ? text.reopenPhase(phaseName(phase)) : text.reopenSub}</span></div>
      <div class="row row-3 reopen">
        <TextField label={text.date} type="date" value={wish.day} testid="until-day" onValue={(day) => onWish({ ...wish, day })} />
        <TextField label={text.time} type="time" value={wish.time} testid="until-time" onValue={(time) => onWish({ ...wish, time })} />
        <p class="meta grow" role="status" data-testid="until-said">{said}{pack.late && <> <b class="look">{text.late(pack.days)}</b></>}</p>
      </div>
    </section>
  );
}

interface DialogProps { session: Session; view: View; acts: Acts; postpone: boolean; onShut: () => void }

function Decide({ pack, ...props }: DialogProps & { pack: Pack; wish: Appointed; onWish: (wish: Appointed) => void }): JSX.Element {
  const { view, acts, postpone, onShut, wish, onWish } = props;
  const text = words();
  const [reason, setReason] = useState(pack.cause[COURT]);
  const [editing, setEditing] = useState(pack.cause[COURT] === '');
  const until = untilOf(wish, view.hearing.zone);
  const drafts = postpone ? pack.postponement : pack.suspension;
  const can = acts.lost === null && reason.trim() !== '' && until !== undefined && view.acts.includes(postpone ? 'postpone' : 'suspend');
  const decide = (): void => {
    if (until === undefined) return;
    const what = { reason: reason.trim(), until_ms: until };
    void acts.give(postpone ? { type: 'postpone', ...what } : { type: 'suspend', ...what, frozen_ms: pack.frozen });
    onShut();
  };
  const rest = (): void => {
    if (view.acts.includes('pause')) void acts.give({ type: 'pause', reason: standardReason('pauseReason') });
    onShut();
  };
  return (
    <>
      <div class="dlg-b">
        <div class="dlg-l">
          <Lines pack={pack} zone={view.hearing.zone} />
          <Notices view={view} />
          <Reopening view={view} pack={pack} wish={wish} onWish={onWish} />
        </div>
        <div class="dlg-r">
          {editing && <TextField label={text.reason} hint={text.reasonHint} value={reason} maxLength={500} testid="suspend-reason" onValue={setReason} />}
          <Paper draft={drafts[language.value]} court={view.hearing.court} reason={reason.trim()} />
        </div>
      </div>
      <div class="dlg-f">
        <Button kind="act" size="lg" disabled={!can} testid="suspend-confirm" onClick={decide}>{postpone ? text.postponeConfirm : text.confirm}</Button>
        <Button size="lg" testid="suspend-back" onClick={rest}>{view.acts.includes('pause') ? text.rest : text.wait}</Button>
        <Button kind="text" testid="suspend-edit" onClick={() => setEditing(!editing)}>{editing ? text.editDone : text.edit}</Button>
        <span class="meta end">{text.frozen} <time>{clockTime(pack.frozen, view.hearing.zone)}</time></span>
      </div>
    </>
  );
}

export function SuspensionDialog(props: DialogProps): JSX.Element {
  const { session, view, postpone, onShut } = props;
  const text = words();
  const frame = useModal();
  const id = useId();
  const now = useNow(session).value;
  const [wish, onWish] = useState<Appointed>({ day: '', time: '08:00' });
  const loaded = usePack(session, untilOf(wish, view.hearing.zone) ?? null);
  const { fault } = view.session;
  return (
    <dialog ref={frame} class="dialog modal modal-pack" aria-labelledby={id} data-theme="paper" data-testid="suspension" onCancel={(event) => { event.preventDefault(); onShut(); }}>
      <div class="dlg-h">
        <div class="grow">
          <h2 class="title" id={id} tabIndex={-1} data-safe>{postpone ? text.postponeTitle : text.title}</h2>
          {fault && <p class="body ink-2">{text.fault(fault.name, clockTime(fault.since_ms, view.hearing.zone))}</p>}
        </div>
        {fault && <p class="interrupted"><span class="meta">{text.interrupted}</span><br /><time class="clock">{span(now - fault.since_ms, true)}</time></p>}
      </div>
      {loaded === null && <p class="body pad" role="status">{text.loading}</p>}
      {loaded && 'error' in loaded && <div class="pad"><p class="notice notice-look" role="alert">{loaded.error}</p><Button testid="suspend-back" onClick={onShut}>{text.wait}</Button></div>}
      {loaded && 'pack' in loaded && <Decide {...props} pack={loaded.pack} wish={wish} onWish={onWish} />}
    </dialog>
  );
}
