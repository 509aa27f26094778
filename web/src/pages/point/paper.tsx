//! A paper of somebody in the room, photographed by a camera of the point and handed in. Nothing is typed.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { View } from '../../protocol/generated/signal';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import { useModal } from '../../ui/dialog';
import { Icon } from '../../ui/parts';
import { Sent, useSending } from '../../ui/live/exhibits/handin';
import { words } from '../../ui/live/exhibits/words';

/** As fine as the camera can. */
const FINEST = { width: { ideal: 4096 }, height: { ideal: 3072 } };
const QUALITY = 0.92;

/** The camera for papers: one that does not show the room, if there is one; else the room's. */
async function paperCamera(): Promise<MediaStream> {
  const room = local.camera.peek()?.track?.getSettings().deviceId;
  const cameras = (await navigator.mediaDevices.enumerateDevices()).filter((device) => device.kind === 'videoinput');
  const other = cameras.find((camera) => camera.deviceId !== '' && camera.deviceId !== room);
  const wanted = other?.deviceId ?? room;
  return navigator.mediaDevices.getUserMedia({ video: { ...FINEST, ...(wanted === undefined ? {} : { deviceId: { exact: wanted } }) } });
}

type Camera = { readonly at: 'opening' | 'none' } | { readonly at: 'live' } | { readonly at: 'taken'; readonly picture: Blob };

function Photograph({ session, shut }: { session: Session; shut: () => void }): JSX.Element {
  const text = words();
  const frame = useModal();
  const video = useRef<HTMLVideoElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [camera, setCamera] = useState<Camera>({ at: 'opening' });
  const { sending, send } = useSending(session);
  useEffect(() => {
    let stream: MediaStream | null = null;
    let wanted = true;
    paperCamera().then((opened) => {
      stream = opened;
      if (!wanted || !video.current) {
        opened.getTracks().forEach((track) => track.stop());
        return;
      }
      video.current.srcObject = opened;
    }, () => { if (wanted) setCamera({ at: 'none' }); });
    return () => {
      wanted = false;
      stream?.getTracks().forEach((track) => track.stop());
    };
  }, []);
  const take = (): void => {
    const [from, on] = [video.current, canvas.current];
    if (!from || !on || from.videoWidth === 0) return;
    on.width = from.videoWidth;
    on.height = from.videoHeight;
    on.getContext('2d')?.drawImage(from, 0, 0);
    on.toBlob((picture) => { if (picture) setCamera({ at: 'taken', picture }); }, 'image/jpeg', QUALITY);
  };
  const taken = camera.at === 'taken' ? camera.picture : null;
  return (
    <dialog ref={frame} class="dialog modal modal-wide k-paper" aria-label={text.handIn} data-theme="courtroom" data-testid="paper" onCancel={(event) => { event.preventDefault(); shut(); }}>
      <p class="r28">{camera.at === 'none' ? text.noCamera : text.placePaper}</p>
      <div class="paper-camera">
        <video ref={video} autoPlay muted playsInline hidden={taken !== null} aria-label={text.placePaper} onLoadedData={() => setCamera((now) => (now.at === 'opening' ? { at: 'live' } : now))} />
        <canvas ref={canvas} hidden={taken === null} role="img" aria-label={text.photo} />
      </div>
      <Sent sending={sending} />
      <div class="row row-3 modal-acts">
        {sending.at !== 'done' && (taken === null
          ? <button type="button" class="k-btn k-act" disabled={camera.at !== 'live'} data-testid="paper-take" onClick={take}><Icon name="camera" />{text.take}</button>
          : <><button type="button" class="k-btn k-act" disabled={sending.at === 'busy'} data-testid="paper-send" onClick={() => void send(taken, '')}>{text.send}</button>
              <button type="button" class="k-btn" disabled={sending.at === 'busy'} onClick={() => setCamera({ at: 'live' })}>{text.retake}</button></>)}
        <button type="button" class="k-btn" data-safe data-testid="paper-close" onClick={shut}>{text.close}</button>
      </div>
    </dialog>
  );
}

/** The way to it, where this point may hand something in. */
export function PaperButton({ session, view }: { session: Session; view: View }): JSX.Element | null {
  const [open, setOpen] = useState(false);
  if (!view.acts.includes('hand_in')) return null;
  return (
    <>
      <button type="button" class="k-btn k-small k-paper-button" data-testid="paper-open" onClick={() => setOpen(true)}><Icon name="doc" />{words().handIn}</button>
      {open && <Photograph session={session} shut={() => setOpen(false)} />}
    </>
  );
}
