//! What a point's screen shows, state by state: waiting, in session, reconnecting, returned.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { presentPhase, silenced } from '../../core/course';
import { placeOf } from '../../core/known';
import { kioskTiles } from '../../core/layout';
import { offered, replayOf } from '../../core/missed';
import { kioskLead } from '../../core/spotlight';
import { picturesOf, seatOf } from '../../core/view';
import { t } from '../../i18n';
import { clockTime, lasted, span } from '../../i18n/format';
import type { SeatView, View } from '../../protocol/generated/signal';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import { Icon } from '../../ui/parts';
import type { Acts } from '../../ui/live/acts';
import { phaseName, words as course } from '../../ui/live/course/words';
import { Stage } from '../../ui/live/exhibits/stage';
import { useLead, words as layout } from '../../ui/live/layout';
import { useHappened } from '../../ui/live/missed/notice';
import { Replay } from '../../ui/live/missed/replay';
import { happened, words as missed } from '../../ui/live/missed/words';
import { LocalPicture, RemotePicture } from '../../ui/live/picture';
import { awayText, holdText, seatName, seatRole } from '../../ui/live/words';
import { CREDENTIAL, later, useDocket } from './day';
import { Frame, minute, Perceived, perceives } from './frame';
import { PaperButton } from './paper';
import { KioskAsk } from './private';
import { useLineReport } from './report';
import { AFTER_ABSENCE, IN_WAITING, LARGE, lesserKinds, missedKinds, SignalFoot } from './signals';
import type { Still } from './still';

interface StateProps {
  session: Session;
  view: View;
  now: number;
  acts: Acts;
}

/** This room's own picture, with what it is. */
function OwnRoom(): JSX.Element {
  const track = local.camera.value?.track;
  return (
    <div class="k-pic">
      {track ? <LocalPicture media={track} label={t().point.roomPicture} /> : <p class="empty-seat">{t().seat.noPicture}</p>}
    </div>
  );
}

function Fact({ icon, strong, children }: { icon: string; strong?: boolean; children: string }): JSX.Element {
  return <p class={strong ? 'r28 k-row strong' : 'r28 k-row'}><Icon name={icon} size={32} /><span>{children}</span></p>;
}

function DeviceFacts(): JSX.Element {
  const words = t().point;
  const camera = local.camera.value?.track;
  const microphone = local.microphone.value?.track;
  if (camera && microphone) return <Fact icon="mic">{words.devicesReady}</Fact>;
  return <>{!camera && <Fact icon="alert">{words.cameraMissing}</Fact>}{!microphone && <Fact icon="mic-off">{words.microphoneMissing}</Fact>}</>;
}

export function Waiting({ session, view, now, acts, offer }: StateProps & { offer: JSX.Element | null }): JSX.Element {
  const words = t().point;
  const { sees } = perceives(view);
  const device = localStorage.getItem(CREDENTIAL);
  const next = later(useDocket(device), view.hearing.starts);
  useLineReport(session, device);
  return (
    <Frame head={view.me.point ?? ''} sub={`${view.hearing.title} · ${view.hearing.court}`} time={minute(now, view)} state={view.session.state} session={session} layout="wait"
      foot={view.acts.includes('signal') ? <SignalFoot view={view} now={now} acts={acts} kinds={IN_WAITING}><KioskAsk view={view} acts={acts} /></SignalFoot> : undefined}>
      <div>
        <h2 class="big">{view.me.removed ? t().wait.removed : words.waiting}</h2>
        <p class="r28 k-lead-text">{words.starts} <time class="strong">{minute(Date.parse(view.hearing.starts), view)}</time>. {words.selfMoves}</p>
        <ol class="k-list" aria-label={words.peopleHere}>
          {view.me.people.map((person, n) => (
            <li key={n}><span class="ink-2">{t().roles[person.role]}</span><span>{person.name || t().unnamed}</span><span class="ink-2">{words.here}</span></li>
          ))}
        </ol>
        <Trouble acts={acts} />
      </div>
      <div>
        <div class="k-seat k-own"><OwnRoom /></div>
        <div class="k-facts">
          <Fact icon={sees ? 'eye' : 'eye-off'}>{sees ? words.courtSees : words.nobodyHears}</Fact>
          <DeviceFacts />
          {next.length > 0 && <Fact icon="clock">{words.next(next.slice(0, 3).map((starts) => minute(starts, view)).join(', '))}</Fact>}
          <Fact icon="info">{words.notRecorded}</Fact>
        </div>
        {offer}
      </div>
    </Frame>
  );
}

function Tile({ session, view, seat, lead }: { session: Session; view: View; seat: SeatView; lead?: boolean }): JSX.Element {
  const [track] = picturesOf(seat.seat, view.tracks);
  const speaking = session.levels.value[0] === seat.seat;
  return (
    <section class={`k-seat${lead ? ' k-lead' : ''}${speaking ? ' is-speaking' : ''}`}>
      <div class="k-pic">
        {track ? <RemotePicture session={session} track={track} /> : <p class="empty-seat">{!seat.connected ? awayText(placeOf(seat, view.session)) : seat.withheld ? course().withheld : t().seat.noPicture}</p>}
        {speaking && lead && <span class="k-tag"><Icon name="speaker" />{t().seat.speaking}</span>}
      </div>
      <p class="k-cap"><span class="k-role">{seatRole(seat)}</span><span class="k-name">{seatName(seat)}</span></p>
    </section>
  );
}

function Trouble({ acts }: { acts: Acts }): JSX.Element | null {
  return acts.trouble.value === null ? null : <p class="r28 k-lead-text" role="alert">{acts.trouble.value}</p>;
}

/** What is to be said of the room's microphone, and whether the room may switch it. */
function microphone({ session, view }: StateProps): { icon: string; text: string; may: boolean; floor?: boolean } {
  const words = t().point;
  const { me } = view;
  if (!local.microphone.value?.track) return { icon: 'mic-off', text: words.microphoneMissing, may: false };
  if (view.session.state === 'held') return { icon: 'pause', text: `${words.held}. ${view.session.hold ? holdText(view.session.hold) : ''}`, may: false };
  if (view.session.state === 'paused') return { icon: 'pause', text: `${words.paused}. ${words.microphoneOff}`, may: false };
  const phase = presentPhase(view);
  const why = silenced(view);
  if (why === 'deliberation') return { icon: 'mic-off', text: course().silent.deliberation, may: false };
  if (me.locked || me.muted || !view.acts.includes('set_microphone')) return { icon: 'mic-off', text: words.microphoneLocked, may: false };
  if (view.session.floor === me.seat) return { icon: 'speaker', text: me.microphone_open ? course().floor.room : course().floor.roomOff, may: true, floor: true };
  if (why !== null && phase) return { icon: 'mic-off', text: course().silent.room(phaseName(phase)), may: true };
  const absence = session.absence.value;
  const missed = absence && `${words.returned}. ${words.missed(lasted(absence.to - absence.from))}`;
  return { icon: me.microphone_open ? 'mic' : 'mic-off', text: missed ?? (me.microphone_open ? words.microphoneOn : words.microphoneOff), may: true };
}

/** The hand of the room: raised with the time it has waited, and pressed again to lower it. It keeps its place. */
function Hand({ view, acts, now }: Omit<StateProps, 'session'>): JSX.Element | null {
  const { hands } = course();
  if (!view.acts.includes('raise_hand')) return null;
  const mine = view.session.hands.find((hand) => hand.seat === view.me.seat);
  return (
    <button type="button" class={mine ? 'k-btn k-small k-lesser k-sent' : 'k-btn k-small k-lesser'} aria-pressed={mine !== undefined} aria-label={mine ? hands.lower : undefined} data-testid={mine ? 'hand-lower' : 'hand-raise'} disabled={acts.lost !== null}
      onClick={() => void acts.give({ type: 'raise_hand', raised: !mine })}>
      {mine ? <span>{hands.short} <time>{span(now - mine.since_ms, true)}</time></span> : <><Icon name="hand" />{hands.raise}</>}
    </button>
  );
}

/** The microphone of the room: what it is, an act where one is possible, and the lesser signals beside it. */
function Strip({ lesser, ...props }: StateProps & { lesser: JSX.Element }): JSX.Element {
  const words = t().point;
  const { view, acts, now } = props;
  const { icon, text, may, floor } = microphone(props);
  const open = view.me.microphone_open;
  return (
    <div class="k-strip">
      {acts.trouble.value === null ? <Fact icon={icon} strong={floor}>{text}</Fact> : <p class="r28" role="alert">{acts.trouble.value}</p>}
      <Hand view={view} acts={acts} now={now} />
      {lesser}
      {may && (
        <button type="button" class={open ? 'k-btn k-small' : 'k-btn k-small k-act'} data-testid={open ? 'mic-off' : 'mic-on'} onClick={() => void acts.give({ type: 'set_microphone', open: !open })}>
          <Icon name={open ? 'mic-off' : 'mic'} />{open ? words.switchOff : words.switchOnShort}
        </button>
      )}
    </div>
  );
}

function Foot(props: StateProps): JSX.Element {
  const { view, acts, now } = props;
  return <SignalFoot view={view} now={now} acts={acts} kinds={LARGE} strip={(says) => <Strip {...props} lesser={<>{says(lesserKinds(view, now))}<RoomReplay session={props.session} view={view} now={now} small /></>} />}><KioskAsk view={view} acts={acts} /></SignalFoot>;
}

export function InSession(props: StateProps): JSX.Element {
  const { session, view, now } = props;
  const seats = [...view.seats].sort((a, b) => a.seat - b.seat);
  const pictured = view.tracks.map(seatOf).filter((id) => picturesOf(id, view.tracks).length > 0);
  // Who is withheld is not left out in silence: the room is told that an order stands in the way.
  const withheld = seats.filter((seat) => seat.withheld && seat.connected).map((seat) => seat.seat);
  const chosen = kioskTiles(seats, new Set([...pictured, ...withheld])).flatMap((id) => seats.filter((seat) => seat.seat === id));
  // Places are those of the court; only the judge puts somebody else into the large one, and their own place waits for them.
  const led = kioskLead(view, useLead(session, now));
  const large = seats.find((seat) => seat.seat === led);
  const [first, ...others] = chosen;
  const lead = large ?? first;
  const side = large ? chosen.slice(0, 2) : others;
  const phase = presentPhase(view);
  return (
    <Frame head={view.hearing.title} sub={`${phase ? course().phase(phaseName(phase)) : view.me.point ?? ''} · ${minute(now, view)}`} state={view.session.state} session={session}
      perceived={<Perceived view={view} />} foot={<Foot {...props} />}>
      {view.shown ? <Stage key={view.shown.id} session={session} view={view} acts={props.acts} shown={view.shown} kiosk /> : lead ? <Tile key={large ? 'large' : lead.seat} session={session} view={view} seat={lead} lead /> : <section class="k-seat k-lead"><div class="k-pic"><p class="empty-seat">{t().seat.noPicture}</p></div></section>}
      <div class="k-side">
        {(view.shown ? chosen.slice(0, 2) : side).map((seat) => seat.seat === large?.seat && !view.shown ? <section key={seat.seat} class="k-seat"><div class="k-pic"><p class="empty-seat">{layout().isLarge}</p></div><p class="k-cap"><span class="k-role">{seatRole(seat)}</span><span class="k-name">{seatName(seat)}</span></p></section> : <Tile key={seat.seat} session={session} view={view} seat={seat} />)}
        <section class="k-seat"><OwnRoom /><div class="k-cap"><span class="k-role">{t().point.thisRoom}</span><span class="k-name">{view.me.point}</span><PaperButton session={session} view={view} /></div></section>
      </div>
    </Frame>
  );
}

function StillPicture({ still }: { still: Still }): JSX.Element {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => { place.current?.append(still.canvas); }, [still]);
  return <div class="still" ref={place} />;
}

export function Reconnecting({ view, now, since, still }: { view: View; now: number; since: number; still: Still | null }): JSX.Element {
  const words = t().point;
  const shown = span(performance.now() - since + now * 0, true);
  return (
    <Frame head={view.me.point ?? ''} sub={view.hearing.title} time={minute(now, view)} state="lost" layout="wait" foot={<p class="r28 ink-2">{words.buttonsReturn}</p>}>
      <div data-testid="reconnecting">
        <h2 class="big">{words.reconnecting} <time>{shown}</time></h2>
        <p class="r28 k-lead-text">{words.stayHere}</p>
      </div>
      <div>
        {still && <><StillPicture still={still} /><p class="r28 k-lead-text">{words.lastPicture}, <time>{clockTime(still.at, view.hearing.zone)}</time></p></>}
        <Fact icon="broken">{words.courtUnknown}</Fact>
      </div>
    </Frame>
  );
}

/** With the judge's leave: what was missed, over the whole screen. */
function RoomReplay({ session, view, now, small }: Pick<StateProps, 'session' | 'view' | 'now'> & { small?: boolean }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (open) return <Replay session={session} kiosk onShut={() => setOpen(false)} />;
  if (!offered(view, now) || replayOf(view).at !== 'allowed') return null;
  return <button type="button" class={small ? 'k-btn k-small k-act' : 'k-btn k-act'} data-testid="replay-open" onClick={() => setOpen(true)}><Icon name="play" />{missed().see}</button>;
}

/** After an absence longer than the law allows unheard: the room opens its microphone by an act (ruling 13). */
export function Returned({ session, view, now, acts }: StateProps): JSX.Element {
  const words = t().point;
  const absence = session.absence.value;
  const told = happened(view.procedure, useHappened(session, view).slice(-1));
  const open = async (): Promise<void> => {
    if (await acts.give({ type: 'set_microphone', open: true })) session.absence.value = null;
  };
  return (
    <Frame head={view.me.point ?? ''} sub={view.hearing.title} time={minute(now, view)} state={view.session.state} session={session} layout="wait"
      foot={
        <SignalFoot view={view} now={now} acts={acts} kinds={[...AFTER_ABSENCE, ...missedKinds(view, now)]}>
          <RoomReplay session={session} view={view} now={now} />
          <button type="button" class="k-btn k-act" data-testid="mic-on" onClick={() => void open()}><Icon name="mic" />{words.switchOn}</button>
        </SignalFoot>
      }>
      <div data-testid="returned">
        <h2 class="big">{words.returned}</h2>
        {absence && <p class="r28 k-lead-text">{words.missed(lasted(absence.to - absence.from))}</p>}
        {absence && (
          <ol class="k-list">
            {told && <li><span data-testid="happened">{told}</span></li>}
            <li><span class="ink-2">{words.missedSpan}</span><span><time>{clockTime(absence.from, view.hearing.zone)}</time> – <time>{clockTime(absence.to, view.hearing.zone)}</time></span></li>
          </ol>
        )}
        <Trouble acts={acts} />
      </div>
      <div>
        <div class="k-seat k-own"><OwnRoom /></div>
        <div class="k-facts"><Fact icon="mic-off">{words.microphoneOff}</Fact><Fact icon="eye">{perceives(view).sees ? words.courtSees : words.courtNeither}</Fact></div>
      </div>
    </Frame>
  );
}
