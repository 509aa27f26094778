//! Sound of the hearing: one element a voice, and the one big button for a browser that refuses to play.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { isAudio } from '../../core/view';
import { t } from '../../i18n';
import type { TrackId } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { Button, Icon } from '../parts';

function Voice({ session, track, media }: { session: Session; track: TrackId; media: MediaStreamTrack }): JSX.Element {
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const audio = ref.current;
    if (!audio) return;
    audio.srcObject = new MediaStream([media]);
    return session.playback.add(audio);
  }, [session, media]);
  return <audio ref={ref} data-track={track} />;
}

/** Every voice that is routed here. */
export function Sound({ session }: { session: Session }): JSX.Element {
  const voices = [...session.media.value].filter(([track]) => isAudio(track));
  return <div hidden>{voices.map(([track, media]) => <Voice key={track} session={session} track={track} media={media} />)}</div>;
}

/** Shown while the browser refuses to play. The clerk has been told. */
export function SoundGate({ session, kiosk }: { session: Session; kiosk?: boolean }): JSX.Element | null {
  if (!session.soundBlocked.value) return null;
  const press = (): void => session.unblockSound();
  return (
    <div class="sound-gate" role="alert">
      <p class={kiosk ? 'k40' : 'lead strong'}>{t().sound.blocked}</p>
      {kiosk
        ? <button type="button" class="k-btn k-act" data-testid="unblock" onClick={press}><Icon name="speaker" />{t().sound.unblock}</button>
        : <Button kind="act" size="lg" icon="speaker" testid="unblock" onClick={press}>{t().sound.unblock}</Button>}
    </div>
  );
}
