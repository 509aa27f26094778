//! What was missed, out of the record, while the hearing goes on: pictures and sound in step, with nothing but play, pause and back.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { Player, type PlayerState } from '../../../core/player/player';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import type { Session } from '../../../state/session';
import '../../../styles/missed.css';
import { useModal } from '../../dialog';
import { Button, Notice } from '../../parts';
import { words } from './words';

const BACK_MS = 10_000;

/** Interpretation is heard alone where there is any: both at once nobody understands. */
function heardAlone(timeline: Timeline): number[] {
  return timeline.tracks.filter((track) => track.device === 'interpretation').map((track) => track.seat);
}

function Watching({ session, timeline, kiosk }: { session: Session; timeline: Timeline; kiosk: boolean }): JSX.Element {
  const [made, setMade] = useState<{ player: Player; state: PlayerState } | null>(null);
  useEffect(() => {
    const player: Player = new Player(timeline, session.missedRanges(), (state) => { setMade({ player, state }); });
    player.setSound([], heardAlone(timeline));
    setMade({ player, state: player.state() });
    return () => { player.dispose(); };
  }, [timeline]);
  if (!made) return <p class="body" role="status">{words().loading}</p>;
  const { player, state } = made;
  const playable = timeline.tracks.filter((track) => track.segments.length > 0);
  const size = kiosk ? 'lg' as const : undefined;
  return (
    <>
      <div class="replay-pictures" data-count={Math.min(9, playable.filter((track) => !track.audio).length)}>
        {playable.filter((track) => !track.audio).map((track) => (
          <figure key={track.id}>
            <video ref={(element) => { if (element) player.attach(track.id, element); }} muted playsInline tabIndex={-1} data-track={track.id} />
            <figcaption>{track.label}</figcaption>
          </figure>
        ))}
      </div>
      {playable.filter((track) => track.audio).map((track) => <audio key={track.id} ref={(element) => { if (element) player.attach(track.id, element); }} data-track={track.id} />)}
      <div class="row row-3">
        <Button kind="act" size={size} testid="replay-play" icon={state.playing ? 'pause' : 'play'} onClick={() => { if (state.playing) player.pause(); else player.play(); }}>{state.playing ? words().pause : words().play}</Button>
        <Button size={size} icon="back" testid="replay-back" onClick={() => { player.seek(state.positionMs - BACK_MS); }}>{words().back}</Button>
        <time class="lead num" data-testid="replay-clock" data-ms={Math.round(state.positionMs)}>{clockTime(timeline.began_utc_ms + state.positionMs, timeline.zone)}</time>
        <span class="body" role="status">{state.waiting ? words().loading : ''}</span>
      </div>
      {state.blocked && <Notice kind="look">{words().blocked}</Notice>}
    </>
  );
}

export function Replay({ session, kiosk = false, onShut }: { session: Session; kiosk?: boolean; onShut: () => void }): JSX.Element {
  const frame = useModal();
  const [timeline, setTimeline] = useState<Timeline | 'failed' | 'nothing' | null>(null);
  useEffect(() => {
    session.missed().then((found) => setTimeline(found.timeline?.tracks.length ? found.timeline : 'nothing'), () => setTimeline('failed'));
    return session.playback.hush();
  }, []);
  return (
    <dialog ref={frame} class={kiosk ? 'dialog modal modal-wide replay replay-kiosk' : 'dialog modal modal-wide replay'} aria-label={words().title} data-testid="replay" data-theme="courtroom" onCancel={(event) => { event.preventDefault(); onShut(); }}>
      <h2 class="title">{words().title}</h2>
      <p class="body">{words().goesOn}</p>
      {timeline === null && <p class="body" role="status">{words().loading}</p>}
      {timeline === 'failed' && <Notice kind="look">{words().failed}</Notice>}
      {timeline === 'nothing' && <Notice kind="look">{words().nothing}</Notice>}
      {timeline !== null && typeof timeline === 'object' && <Watching session={session} timeline={timeline} kiosk={kiosk} />}
      <div class="row row-3 modal-acts"><Button size="lg" data-safe testid="replay-shut" onClick={onShut}>{words().shut || t().back}</Button></div>
    </dialog>
  );
}
