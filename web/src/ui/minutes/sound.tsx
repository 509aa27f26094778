//! A player behind a list of lines: the sound of all whom the reader may hear, in step.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Timeline } from '../../core/api';
import { Player, type PlayerState } from '../../core/player/player';
import type { FetchRange } from '../../core/player/source';
import { clockTime } from '../../i18n/format';
import { Button } from '../parts';
import { words } from './words';

interface Made {
  readonly player: Player;
  readonly state: PlayerState;
}

export function useSound(timeline: Timeline | undefined, fetch: () => FetchRange, on: readonly unknown[]): Made | undefined {
  const [made, setMade] = useState<Made | undefined>();
  useEffect(() => {
    if (timeline === undefined || typeof MediaSource === 'undefined') return undefined;
    const player: Player = new Player(timeline, fetch(), (state) => { setMade({ player, state }); });
    setMade({ player, state: player.state() });
    return () => { player.dispose(); };
  }, [timeline, ...on]);
  return made;
}

/** Play and pause with the time; the elements that sound comes from. */
export function SoundBar({ timeline, made }: { timeline: Timeline; made: Made }): JSX.Element {
  const text = words();
  const { player, state } = made;
  const sounds = timeline.tracks.filter((track) => track.audio && track.segments.length > 0);
  return (
    <div class="minutes-sound row row-3">
      {sounds.length === 0 ? <p class="body ink-2">{text.noSound}</p> : (
        <>
          <Button kind="act" testid="minutes-play" icon={state.playing ? 'pause' : 'play'} onClick={() => { if (state.playing) player.pause(); else player.play(); }}>{state.playing ? text.pause : text.playing}</Button>
          <time class="clock" data-testid="minutes-clock" data-ms={Math.round(state.positionMs)}>{clockTime(timeline.began_utc_ms + state.positionMs, timeline.zone)}</time>
        </>
      )}
      {sounds.map((track) => <audio key={track.id} ref={(element) => { if (element) player.attach(track.id, element); }} data-track={track.id} />)}
    </div>
  );
}
