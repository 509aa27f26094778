//! One record: picture and sound of all parties in step, the ledger's events, and what the record is worth.

import type { JSX } from 'preact';
import { useCallback, useEffect, useId, useState } from 'preact/hooks';
import { type Me, type Timeline, api, mediaUrl } from '../../core/api';
import { Player, type PlayerState } from '../../core/player/player';
import { rangesFrom } from '../../core/player/source';
import { shortDay } from '../../i18n/format';
import type { Params } from '../../state/route';
import { Empty, Loading } from '../../ui/page';
import { Button, Notice } from '../../ui/parts';
import { useRehearsal } from '../../ui/rehearsal';
import { words as minutes } from '../../ui/minutes/words';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { CopyLink, askedFor, clockAt, useAddress, useChoice } from './parts/address';
import { Axis } from './parts/axis';
import { Choose } from './parts/choose';
import { Composites } from './parts/composite';
import { Events } from './parts/events';
import { KeysHelp, useKeys } from './parts/keyboard';
import { useLevels } from './parts/levels';
import { Screen } from './parts/screen';
import { Transport } from './parts/transport';
import { Verification } from './parts/verification';
import { texts } from './parts/words';
import './parts/records.css';

export default function RecordPage({ params }: { params: Params }): JSX.Element {
  const id = params['id'] ?? '';
  return <Frame title={words().records.title} here="records">{(me) => <Record key={id} id={id} me={me} />}</Frame>;
}

function Record({ id, me }: { id: string; me: Me }): JSX.Element {
  const { now, again } = useLoad((signal) => api.timeline(id, signal), [id]);
  if (now.state !== 'ready') {
    return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
  }
  return <Shown id={id} timeline={now.value} me={me} />;
}

interface Made {
  readonly player: Player;
  readonly state: PlayerState;
}

/** A player for as long as the page shows the record, at the moment that the address asks for. */
function usePlayer(id: string, timeline: Timeline): { made: Made | undefined; missed: string | undefined } {
  const [made, setMade] = useState<Made | undefined>();
  const [missed, setMissed] = useState<string | undefined>();
  useEffect(() => {
    const fetch = rangesFrom((file) => mediaUrl(id, file), (input, init) => globalThis.fetch(input, init));
    const player: Player = new Player(timeline, fetch, (state) => { setMade({ player, state }); });
    const asked = askedFor(timeline);
    if (asked !== undefined) player.seek(asked.ms);
    setMissed(asked?.missed);
    setMade({ player, state: player.state() });
    return () => { player.dispose(); };
  }, [id, timeline]);
  return { made, missed };
}

function Shown({ id, timeline, me }: { id: string; timeline: Timeline; me: Me }): JSX.Element {
  const text = words().player;
  useRehearsal(timeline.rehearsal);
  const { made, missed } = usePlayer(id, timeline);
  const [choice, setChoice] = useChoice();
  const player = made?.player;
  useAddress(timeline, made?.state, choice);
  useEffect(() => { player?.setSound(choice.muted, choice.solo, choice.voice); }, [player, choice]);
  const keys = useKeys({ timeline, made, choice, onChoice: setChoice });
  const play = useCallback((ms: number) => {
    player?.seek(ms);
    player?.play();
  }, [player]);
  const atMs = made?.state.positionMs ?? 0;
  const playable = typeof MediaSource !== 'undefined';
  const media = timeline.tracks.some((track) => track.segments.length > 0);
  return (
    <main class="record" tabIndex={-1} onKeyDown={keys.onKeyDown}>
      <section class="ttl" aria-label={words().records.title}>
        <div class="grow">
          <p class="meta"><a href="/records">{text.toList}</a> · {timeline.case} · {shortDay(timeline.began_utc_ms + (timeline.spans[0]?.from_ms ?? 0), timeline.zone)}</p>
          <h1 class="title">{timeline.title === '' ? timeline.case : timeline.title}</h1>
        </div>
        <CopyLink timeline={timeline} record={id} atMs={atMs} />
        <a class="btn" href={`/records/${encodeURIComponent(id)}/minutes`} data-testid="to-minutes">{minutes().title}</a>
      </section>
      {missed !== undefined && made && <Missed clock={missed} timeline={timeline} />}
      <div class="upper">
        {!playable ? <Notice kind="look">{text.noMse}</Notice> : !media
          ? <Empty title={text.empty}><p class="body">{text.emptyHow}</p></Empty>
          : made === undefined ? <Loading /> : <Screen timeline={timeline} player={made.player} state={made.state} choice={choice} onChoice={setChoice} />}
        <Events timeline={timeline} atMs={atMs} onPlay={play} />
        <Verification id={id} timeline={timeline} zone={me.court.zone} />
      </div>
      {made && <Controls id={id} timeline={timeline} made={made} choice={choice} onChoice={setChoice} onKeys={() => { keys.show(true); }} />}
      {keys.shown && <KeysHelp keys={keys} />}
      <Composites id={id} />
    </main>
  );
}

/** A link to a time that the record does not have leads to its nearer end, and says so. */
function Missed({ clock, timeline }: { clock: string; timeline: Timeline }): JSX.Element {
  const [{ at }] = useState(() => ({ at: clockAt(timeline, askedFor(timeline)?.ms ?? 0) }));
  return <div class="missed-clock"><Notice kind="look" live="polite" testid="missed-clock">{texts().outside(clock, at)}</Notice></div>;
}

interface ControlsProps {
  id: string;
  timeline: Timeline;
  made: Made;
  choice: ReturnType<typeof useChoice>[0];
  onChoice: ReturnType<typeof useChoice>[1];
  onKeys: () => void;
}

function Controls({ id, timeline, made, choice, onChoice, onKeys }: ControlsProps): JSX.Element {
  const [choosing, setChoosing] = useState(false);
  const levels = useLevels(id, timeline);
  const choose = useId();
  const given = { timeline, player: made.player, state: made.state, choice, onChoice };
  return (
    <section aria-label={words().player.controls}>
      <Transport {...given}>
        <>
          <Button size="sm" aria-expanded={choosing} aria-controls={choosing ? choose : undefined} testid="player-choose" onClick={() => { setChoosing(!choosing); }}>{texts().choose}</Button>
          <Button size="sm" aria-haspopup="dialog" testid="player-keys" onClick={onKeys}>{texts().keys}</Button>
        </>
      </Transport>
      {choosing && <Choose id={choose} timeline={timeline} choice={choice} onChoice={onChoice} />}
      <Axis {...given} levels={levels} />
    </section>
  );
}
