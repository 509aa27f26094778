//! The pictures that are chosen, and the elements that sound comes from. Nobody moves because somebody speaks.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Timeline, TimelineTrack } from '../../../core/api';
import type { Choice } from '../../../core/player/choice';
import type { Player, PlayerState } from '../../../core/player/player';
import { lanesOf } from '../../../core/player/timeline';
import { clockTime, shortDay } from '../../../i18n/format';
import { Empty } from '../../../ui/page';
import { Notice } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { laneName } from './naming';
import { texts } from './words';

/** Beside a large picture there is room for so many at least: fewer keep their size. */
const BESIDE = 3;

interface ScreenProps {
  timeline: Timeline;
  player: Player;
  state: PlayerState;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

export function Screen({ timeline, player, state, choice, onChoice }: ScreenProps): JSX.Element {
  const text = words().player;
  const lanes = useMemo(() => lanesOf(timeline), [timeline]);
  const all = lanes.flatMap((lane) => lane.tracks.filter((track) => !track.audio && track.segments.length > 0).map((track) => ({ lane, track })));
  const pictures = all.filter(({ track }) => !choice.hidden.includes(track.id));
  const sounds = timeline.tracks.filter((track) => track.audio && track.segments.length > 0);
  const large = pictures.some(({ track }) => track.id === choice.large) ? choice.large : undefined;
  const utc = timeline.began_utc_ms + state.positionMs;
  const unsupported = Object.values(state.tracks).some((track) => track.status === 'unsupported');
  return (
    <div>
      <div class={`screen${large === undefined ? '' : ' has-large'}`} data-theme="courtroom" data-count={Math.min(pictures.length, 9)} style={{ '--others': String(Math.max(BESIDE, pictures.length - 1)) }}>
        {pictures.map(({ lane, track }) => (
          <figure key={track.id} class={track.id === large ? 'is-large' : undefined}>
            <Picture track={track} player={player} driftMs={state.tracks[track.id]?.driftMs} />
            <Cover track={track} state={state} />
            <figcaption>{laneName(lane)}{lane.tracks.filter((one) => !one.audio).length > 1 && <> · {text.devices[track.device] ?? track.device}</>}</figcaption>
            <button type="button" class="enlarge" aria-pressed={track.id === large} aria-label={laneName(lane)} onClick={() => { onChoice({ ...choice, large: track.id === large ? undefined : track.id }); }} />
          </figure>
        ))}
        {pictures.length === 0 && <div class="no-picture">{all.length > 0 && <Empty title={texts().nothingShown}><p class="body">{texts().nothingShownHow}</p></Empty>}</div>}
        <time class="now" data-testid="player-wall">{shortDay(utc, timeline.zone)} {clockTime(utc, timeline.zone)}</time>
      </div>
      {sounds.map((track) => <Sound key={track.id} track={track} player={player} driftMs={state.tracks[track.id]?.driftMs} />)}
      <div role="status">
        {state.blocked && <Notice kind="look">{text.blocked}</Notice>}
        {unsupported && <Notice kind="look">{text.unsupported}</Notice>}
      </div>
    </div>
  );
}

interface TrackProps {
  track: TimelineTrack;
  player: Player;
  driftMs: number | undefined;
}

/** `data-drift`: how far the element is from the clock, in ms, for whoever looks into it. */
function Picture({ track, player, driftMs }: TrackProps): JSX.Element {
  const video = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    if (video.current) player.attach(track.id, video.current);
    return () => { player.detach(track.id); };
  }, [player, track.id]);
  return <video ref={video} muted playsInline data-track={track.id} data-drift={Math.round(driftMs ?? 0)} tabIndex={-1} />;
}

function Sound({ track, player, driftMs }: TrackProps): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    if (audio.current) player.attach(track.id, audio.current);
    return () => { player.detach(track.id); };
  }, [player, track.id]);
  return <audio ref={audio} data-track={track.id} data-drift={Math.round(driftMs ?? 0)} />;
}

/** Over a picture that is not there: why. */
function Cover({ track, state }: { track: TimelineTrack; state: PlayerState }): JSX.Element | null {
  const text = words().player;
  const status = state.tracks[track.id]?.status ?? 'loading';
  if (status === 'ready') return null;
  const gap = track.gaps.find((one) => one.from_ms <= state.positionMs && state.positionMs < one.to_ms);
  const why = {
    none: gap === undefined ? text.noPicture : text.lostHere(text.gapReasons[gap.reason] ?? gap.reason),
    loading: '',
    failed: text.failed,
    unsupported: text.unsupported,
  };
  return <p class={gap === undefined ? 'cover' : 'cover cover-lost'}>{why[status]}</p>;
}
