//! The pictures of all parties, and the elements that sound comes from. Nobody moves because somebody speaks.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Timeline, TimelineTrack } from '../../../core/api';
import type { Player, PlayerState } from '../../../core/player/player';
import { lanesOf } from '../../../core/player/timeline';
import { clockTime, shortDay } from '../../../i18n/format';
import { Notice } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { laneName } from './naming';

interface ScreenProps {
  timeline: Timeline;
  player: Player;
  state: PlayerState;
}

export function Screen({ timeline, player, state }: ScreenProps): JSX.Element {
  const text = words().player;
  const lanes = lanesOf(timeline);
  const pictures = lanes.flatMap((lane) => lane.tracks.filter((track) => !track.audio && track.segments.length > 0).map((track) => ({ lane, track })));
  const sounds = timeline.tracks.filter((track) => track.audio && track.segments.length > 0);
  const [large, setLarge] = useState<string | undefined>();
  const chosen = pictures.some(({ track }) => track.id === large) ? large : undefined;
  const utc = timeline.began_utc_ms + state.positionMs;
  const unsupported = Object.values(state.tracks).some((track) => track.status === 'unsupported');
  return (
    <div>
      <div class={`screen${chosen === undefined ? '' : ' has-large'}`} data-theme="courtroom" data-count={Math.min(pictures.length, 9)}>
        {pictures.map(({ lane, track }) => (
          <figure key={track.id} class={track.id === chosen ? 'is-large' : undefined}>
            <Picture track={track} player={player} />
            <Cover track={track} state={state} />
            <figcaption>{laneName(lane)}{lane.tracks.filter((one) => !one.audio).length > 1 && <> · {text.devices[track.device] ?? track.device}</>}</figcaption>
            <button type="button" class="enlarge" aria-pressed={track.id === chosen} aria-label={laneName(lane)} onClick={() => { setLarge(track.id === chosen ? undefined : track.id); }} />
          </figure>
        ))}
        <time class="now" data-testid="player-wall">{shortDay(utc, timeline.zone)} {clockTime(utc, timeline.zone)}</time>
      </div>
      {sounds.map((track) => <Sound key={track.id} track={track} player={player} />)}
      <div role="status">
        {state.blocked && <Notice kind="look">{text.blocked}</Notice>}
        {unsupported && <Notice kind="look">{text.unsupported}</Notice>}
      </div>
    </div>
  );
}

function Picture({ track, player }: { track: TimelineTrack; player: Player }): JSX.Element {
  return <video ref={(element) => { if (element) player.attach(track.id, element); }} muted playsInline data-track={track.id} tabIndex={-1} />;
}

function Sound({ track, player }: { track: TimelineTrack; player: Player }): JSX.Element {
  return <audio ref={(element) => { if (element) player.attach(track.id, element); }} data-track={track.id} />;
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
