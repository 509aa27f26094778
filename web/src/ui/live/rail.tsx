//! The rail: who speaks, what must be looked at, who waits, and the acts. Every act keeps its place in every state.

import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { beforeOpening } from '../../core/known';
import { isObserver } from '../../core/layout';
import { openSignals } from '../../core/signals';
import { t } from '../../i18n';
import type { Act, SeatView, View } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Dialog } from '../dialog';
import { Button, Icon, TextField } from '../parts';
import type { Acts } from './acts';
import { Sealed } from './sealing';
import { OpenSignals } from './signals/list';
import { holdText, seatName, seatRole, standardReason } from './words';

interface RailProps {
  session: Session;
  view: View;
  acts: Acts;
}

export function Floor({ session, view }: { session: Session; view: View }): JSX.Element {
  const [loudest] = session.levels.value;
  const seat = [view.me, ...view.seats].find((one) => one.seat === loudest);
  const speaker = seat && seat.people.length > 1 ? seat.people.find((person) => person.speaking) : undefined;
  return (
    <section class="floor">
      <h2>{t().seat.speaking}</h2>
      {seat && speaker ? <><p class="name">{speaker.name || t().unnamed}</p><p class="body ink-2">{t().roles[speaker.role]} · {seatName(seat)}</p></>
        : seat ? <><p class="name">{seatName(seat)}</p><p class="body ink-2">{seatRole(seat)}</p></>
        : <p class="body ink-2">{session.lost() === null ? t().acts.nobodySpeaks : t().acts.unknownSpeaks}</p>}
    </section>
  );
}

/** Why the session rests; while the line is broken, that it is not known. */
export function Resting({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  if (acts.lost !== null) return <section class="fault" data-testid="offline"><p class="body strong">{words.offline}</p></section>;
  const { state, hold } = view.session;
  if (state === 'held') {
    return (
      <section class="fault" data-testid="held">
        <p class="body strong">{words.held}</p>
        {hold && <p class="body">{holdText(hold)}</p>}
        {hold?.type === 'recorder_fault' && <NoRecordOffer view={view} acts={acts} />}
      </section>
    );
  }
  if (state === 'paused') return <section class="rest"><p class="body strong">{words.paused}</p><p class="body">{words.sinceMicrophones}</p></section>;
  if (state === 'closed') return <Closed view={view} />;
  return null;
}

/** Whoever keeps the record is told what becomes of it; the others, that the hearing is over. */
function Closed({ view }: { view: View }): JSX.Element {
  const keeps = view.me.people.some((person) => person.role === 'presiding_judge' || person.role === 'panel_member' || person.role === 'clerk');
  if (keeps) return <Sealed view={view} />;
  return <section class="rest" role="status"><p class="body strong">{t().acts.closed}</p></section>;
}

function RecorderFault({ session }: { session: Session }): JSX.Element | null {
  if (!session.recorder.value?.fault || session.lost() !== null) return null;
  return (
    <section class="fault" role="alert" data-testid="recorder-fault">
      <p class="body strong">{t().acts.recorderFault}</p>
      <p class="body">{t().acts.recorderFaultHelp}</p>
    </section>
  );
}

/** One who waits, or whose code was used on another device, with the court's answer. */
function WaitingSeat({ seat, first, acts }: { seat: SeatView; first: boolean; acts: RailProps['acts'] }): JSX.Element {
  const words = t().acts;
  const admit = (): void => void acts.give({ type: 'admit', seat: seat.seat });
  const inside = seat.room === 'courtroom';
  return (
    <li class="row row-3">
      <p class="who grow"><span class="who-name">{seatName(seat)}</span><span class="who-role">{seatRole(seat)}</span>
        {seat.second_use && <span class="who-role" role="status">{inside ? t().seat.secondUse : t().seat.secondUseWaits}</span>}</p>
      {inside
        ? <Button disabled={acts.lost !== null} kind="outline" size="sm" testid={`act-known-${seat.seat}`} onClick={admit}>{words.secondUseKnown}</Button>
        : <Button disabled={acts.lost !== null} kind={first ? 'act' : 'outline'} size="sm" testid={`act-admit-${seat.seat}`} aria-label={words.admitOf(seatName(seat))} onClick={admit}>{words.admit}</Button>}
    </li>
  );
}

/** Who has come and is not in the courtroom, with the act that calls in. */
function Waiting({ view, acts }: RailProps): JSX.Element | null {
  const words = t().acts;
  if (!view.acts.includes('admit')) return null;
  const waits = (seat: SeatView): boolean => (seat.room !== 'courtroom' && seat.connected) || seat.removed || seat.second_use;
  const waiting = view.seats.filter((seat) => waits(seat) && !isObserver(seat)).concat(view.seats.filter((seat) => waits(seat) && isObserver(seat)));
  return (
    <section class="asks">
      <h2>{words.waitingList} · <span class="num">{waiting.length}</span></h2>
      <ul class="asks-list">
        {waiting.map((seat, n) => (
          <WaitingSeat key={seat.seat} seat={seat} first={n === 0 && view.session.state !== 'waiting'} acts={acts} />
        ))}
      </ul>
    </section>
  );
}

interface ActButtonProps {
  icon: string;
  text: string;
  sub: string;
  testid: string;
  may: boolean;
  pressed?: boolean;
  onPress: () => void;
}

function ActButton({ icon, text, sub, testid, may, pressed, onPress }: ActButtonProps): JSX.Element {
  return (
    <button type="button" class="act" disabled={!may} aria-pressed={pressed} data-testid={testid} onClick={onPress}>
      <Icon name={icon} size={24} /><span>{text}<br /><small>{sub}</small></span>
    </button>
  );
}

/** Opens with recording; while somebody who must be present is not, only with a reason. */
function Open({ view, acts }: { view: View; acts: Acts }): JSX.Element {
  const words = t().acts;
  const [asking, setAsking] = useState(false);
  const open = (): void => {
    if (view.session.missing.length > 0) setAsking(true);
    else void acts.give({ type: 'open', record: true, reason: null });
  };
  return (
    <>
      <Button kind="act" class="next" disabled={acts.lost !== null} testid="act-open" onClick={open}><span>{words.openWithRecord}</span><Icon name="right" /></Button>
      {asking && <Without view={view} acts={acts} onShut={() => setAsking(false)} />}
    </>
  );
}

function Without({ view, acts, onShut }: { view: View; acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const [given, setGiven] = useState('');
  const reason = given.trim();
  const go = (): void => {
    void acts.give({ type: 'open', record: true, reason });
    onShut();
  };
  return (
    <Dialog title={words.without.title} act={words.without.confirm} back={t().back} onAct={go} onBack={onShut} disabled={reason === '' || acts.lost !== null} theme="paper" testid="without">
      <p>{words.without.text(view.session.missing.map((role) => t().roles[role]).join(', '))}</p>
      <TextField label={words.reason} value={given} onValue={setGiven} maxLength={500} />
    </Dialog>
  );
}

function Next({ view, acts }: RailProps): JSX.Element | null {
  const words = t().acts;
  const may = (act: Act): boolean => view.acts.includes(act);
  if (may('open')) return <Open view={view} acts={acts} />;
  if (may('resume')) {
    return <Button kind="act" class="next" disabled={acts.lost !== null} testid="act-resume" onClick={() => void acts.give({ type: 'resume', reason: null })}><span>{words.resume}</span><Icon name="right" /></Button>;
  }
  return may('pause') ? <Button class="next is-off" disabled><span>{words.resumeLater}</span></Button> : null;
}

/** Those whom *mute everyone* means: all but oneself, the presiding judge and observers. */
function mutable(view: View): SeatView[] {
  return view.seats.filter((seat) => seat.room === 'courtroom' && !isObserver(seat) && !seat.people.some((person) => person.role === 'presiding_judge'));
}

function Close({ acts, onShut }: { acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const close = (): void => {
    void acts.give({ type: 'close' });
    onShut();
  };
  return (
    <Dialog title={words.closeTitle} act={words.closeConfirm} back={words.closeBack} onAct={close} onBack={onShut} disabled={acts.lost !== null} theme="paper" testid="act-close">
      <p>{words.closeText}</p>
    </Dialog>
  );
}

/** What may be done without recording now, with a reason: to open, or to go on. */
function unrecordedAct(view: View): 'open' | 'resume' | undefined {
  return (['open', 'resume'] as const).find((act) => view.acts.includes(act));
}

function NoRecord({ act, acts, onShut }: { act: 'open' | 'resume'; acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const texts = words.noRecord[act];
  const [given, setGiven] = useState('');
  const reason = given.trim();
  const go = (): void => {
    void acts.give(act === 'open' ? { type: 'open', record: false, reason } : { type: 'resume', reason });
    onShut();
  };
  return (
    <Dialog title={texts.title} act={texts.confirm} back={t().back} onAct={go} onBack={onShut} disabled={reason === '' || acts.lost !== null} theme="paper" testid="no-record">
      <p>{texts.text}</p>
      <TextField label={words.reason} value={given} onValue={setGiven} maxLength={500} />
    </Dialog>
  );
}

/** Leads to the decision to open or go on without recording. */
function NoRecordOffer({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const [asking, setAsking] = useState(false);
  const act = unrecordedAct(view);
  if (act === undefined) return null;
  return (
    <>
      <Button size="sm" disabled={acts.lost !== null} testid="no-record-offer" onClick={() => setAsking(true)}>{t().acts.noRecord[act].offer}</Button>
      {asking && <NoRecord act={act} acts={acts} onShut={() => setAsking(false)} />}
    </>
  );
}

function Trouble({ view, acts }: RailProps): JSX.Element | null {
  const words = t().acts;
  const text = acts.trouble.value;
  if (text === null) return null;
  const faulty = acts.refusal.value?.code === 'cannot_record' || acts.refusal.value?.code === 'ledger_fault';
  const refusal = acts.refusal.value;
  // Without a ledger there is no session, recorded or not.
  const unrecorded = refusal?.code === 'cannot_record' && !refusal.ledger;
  return (
    <section class="fault" role="alert" data-testid="refused">
      <p class="body strong">{faulty && beforeOpening(view) ? words.cannotOpen : words.refused}</p>
      <p class="body">{text}</p>
      {unrecorded && <NoRecordOffer view={view} acts={acts} />}
    </section>
  );
}

const CONDUCTS: readonly Act[] = ['mute_lock', 'hold', 'pause', 'close', 'open', 'resume'];

function ActGrid(props: RailProps): JSX.Element | null {
  const { view, acts } = props;
  const words = t().acts;
  const [closing, setClosing] = useState(false);
  if (!CONDUCTS.some((act) => view.acts.includes(act))) return null;
  // Without a line every act keeps its place and none can be done.
  const may = (act: Act): boolean => acts.lost === null && view.acts.includes(act);
  const targets = mutable(view);
  const allLocked = targets.length > 0 && targets.every((seat) => seat.locked);
  const muteAll = (): void => {
    void acts.give(...targets.filter((seat) => seat.locked === allLocked).map(({ seat }) => ({ type: allLocked ? 'unmute' as const : 'mute_lock' as const, seat })));
  };
  return (
    <div class="acts">
      <ActButton icon="mic-off" testid="act-mutelock-all" may={may('mute_lock') && targets.length > 0} pressed={allLocked || undefined}
        text={allLocked ? words.allMuted : words.muteAll} sub={allLocked ? words.allMutedSub : words.andLock} onPress={muteAll} />
      <ActButton icon="flag" testid="act-hold" may={may('hold')} text={words.hold} sub={words.holdSub}
        onPress={() => void acts.give({ type: 'hold', reason: standardReason('holdReason') })} />
      <ActButton icon="pause" testid="act-pause" may={may('pause')} text={words.pause} sub={words.pauseSub}
        onPress={() => void acts.give({ type: 'pause', reason: standardReason('pauseReason') })} />
      <ActButton icon="lock" testid="act-close" may={may('close')} text={words.close} sub={words.closeSub} onPress={() => setClosing(true)} />
      <Next {...props} />
      {closing && <Close acts={acts} onShut={() => setClosing(false)} />}
    </div>
  );
}

/**
 * An act that was done is taken away or disabled, and the focus with it. It is kept in the rail, on no act: what is pressed
 * next by mistake must do nothing.
 */
function useKeptFocus(state: string): { ref: RefObject<HTMLElement | null>; onFocusIn: () => void } {
  const ref = useRef<HTMLElement>(null);
  const within = useRef(false);
  useEffect(() => {
    const elsewhere = (event: Event): void => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) within.current = false;
    };
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('pointerdown', elsewhere);
    return () => {
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('pointerdown', elsewhere);
    };
  }, []);
  useEffect(() => {
    const active = document.activeElement;
    // A browser takes the focus from what is disabled only when it draws next.
    if (within.current && (active === document.body || active?.matches(':disabled'))) ref.current?.focus();
  }, [state]);
  return { ref, onFocusIn: () => { within.current = true; } };
}

/** The rail of whoever conducts; what the viewer may not do is not offered, since the view says so. `more` stands below the lists on top. */
export function Rail({ children, more, ...props }: RailProps & { children?: ComponentChildren; more?: ComponentChildren }): JSX.Element {
  const { ref, onFocusIn } = useKeptFocus(`${props.view.session.state} ${openSignals(props.view).length}`);
  return (
    <aside class="rail" aria-label={t().acts.rail} tabIndex={-1} ref={ref} onFocusIn={onFocusIn}>
      <div class="rail-top">
        <Floor session={props.session} view={props.view} />
        <RecorderFault session={props.session} />
        <Resting view={props.view} acts={props.acts} />
        <OpenSignals {...props} />
        <Waiting {...props} />
        {more}
      </div>
      <Trouble {...props} />
      {children}
      <ActGrid {...props} />
    </aside>
  );
}
