//! Pictures: video elements that follow their track and tell their height.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TrackId } from '../../protocol/generated/signal';
import type { Session } from '../../state/session';
import { t } from '../../i18n';
import { Badge } from '../parts';

function useTrack(track: MediaStreamTrack | null | undefined): { ref: { current: HTMLVideoElement | null }; running: boolean } {
  const ref = useRef<HTMLVideoElement>(null);
  const [running, setRunning] = useState(false);
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    video.srcObject = track ? new MediaStream([track]) : null;
    setRunning(false);
    if (!track) return;
    const seen = (): void => setRunning(true);
    video.addEventListener('resize', seen);
    video.addEventListener('playing', seen);
    // Without sound no browser refuses; an element that is replaced meanwhile does not matter.
    video.play().catch(() => undefined);
    return () => {
      video.removeEventListener('resize', seen);
      video.removeEventListener('playing', seen);
    };
  }, [track]);
  return { ref, running };
}

/** A picture that arrives. The sound of a seat is an element of its own, since it plays whether the picture is shown or not. */
export function RemotePicture({ session, track }: { session: Session; track: TrackId }): JSX.Element {
  const { ref, running } = useTrack(session.media.value.get(track));
  useEffect(() => {
    const video = ref.current;
    if (!video) return;
    const measure = (): void => {
      const shown = document.visibilityState === 'visible';
      session.tiles.set(track, shown ? video.clientHeight * devicePixelRatio : 0);
    };
    const observer = new ResizeObserver(measure);
    observer.observe(video);
    document.addEventListener('visibilitychange', measure);
    return () => {
      observer.disconnect();
      document.removeEventListener('visibilitychange', measure);
      session.tiles.remove(track);
    };
  }, [session, track]);
  const still = session.narrow.value.includes(track);
  return (
    <>
      <video ref={ref} class="picture" muted autoplay playsInline disablePictureInPicture data-track={track} data-testid={`tile-${track}`} />
      {!running && !still && <p class="empty-seat meta">{t().seat.pictureComing}</p>}
      {still && (
        <p class="picture-still" data-testid={`still-${track}`}><Badge kind="look" icon="broken" title={t().seat.pictureStill}><span class="still-long">{t().seat.pictureStill}</span><span class="still-short">{t().seat.pictureStillShort}</span></Badge></p>
      )}
    </>
  );
}

/** This screen's own camera, not mirrored: it is what the court sees. */
export function LocalPicture({ media, track, label }: { media: MediaStreamTrack | null | undefined; track?: TrackId; label: string }): JSX.Element {
  const { ref } = useTrack(media);
  return <video ref={ref} class="picture" muted autoplay playsInline disablePictureInPicture aria-label={label} data-local="true" data-track={track} />;
}
