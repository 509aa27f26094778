//! Handing a paper in: a file of this computer, or a picture that a telephone takes.

import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { titleOf, type Receipt } from '../../../core/exhibits';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import '../../../styles/exhibits.css';
import { Button } from '../../parts';
import { receipt, refusedFile, words } from './words';

export type Sending = { readonly at: 'idle' | 'busy' } | { readonly at: 'done'; readonly receipt: Receipt } | { readonly at: 'failed'; readonly why: string };

/** Sends a file and says what came of it. */
export function useSending(session: Session): { sending: Sending; send: (file: Blob, title: string) => Promise<boolean> } {
  const [sending, setSending] = useState<Sending>({ at: 'idle' });
  const send = async (file: Blob, title: string): Promise<boolean> => {
    setSending({ at: 'busy' });
    try {
      setSending({ at: 'done', receipt: await session.handIn(file, title) });
      return true;
    } catch (error) {
      setSending({ at: 'failed', why: refusedFile(error, session.staff) });
      return false;
    }
  };
  return { sending, send };
}

export function Sent({ sending }: { sending: Sending }): JSX.Element | null {
  const text = words();
  switch (sending.at) {
    case 'idle': return null;
    case 'busy': return <p class="body" role="status">{text.sending}</p>;
    case 'done': return <p class="body strong" role="status" data-testid="handed-in">{text.receipt(receipt(sending.receipt.number))}</p>;
    case 'failed': return <p class="notice notice-look" role="alert" data-testid="not-taken"><span class="strong">{text.notTaken}.</span> {sending.why}</p>;
  }
}

const TYPES = 'application/pdf,image/jpeg,image/png,image/webp,video/mp4,video/quicktime,video/webm,video/x-matroska,.mkv,audio/mp4,.m4a,audio/ogg,.ogg,.opus,audio/wav,.wav,audio/mpeg,.mp3,audio/flac,.flac';

/** `photo`: a telephone offers its camera as well. */
export function HandIn({ session, view, photo = false }: { session: Session; view: View; photo?: boolean }): JSX.Element | null {
  const text = words();
  const file = useRef<HTMLInputElement>(null);
  const camera = useRef<HTMLInputElement>(null);
  const { sending, send } = useSending(session);
  if (!view.acts.includes('hand_in')) return null;
  const take = (input: HTMLInputElement): void => {
    const [chosen] = input.files ?? [];
    if (chosen) void send(chosen, titleOf(chosen.name));
    input.value = '';
  };
  const busy = sending.at === 'busy';
  return (
    <section class="hand-in" aria-label={text.handIn} data-testid="hand-in">
      {photo && <Button block kind="act" icon="camera" disabled={busy} onClick={() => camera.current?.click()}>{text.photo}</Button>}
      <Button block icon="doc" disabled={busy} onClick={() => file.current?.click()}>{photo ? text.chooseFile : text.handIn}</Button>
      <p class="meta">{text.handInHelp}</p>
      <input ref={file} type="file" class="sr" tabIndex={-1} aria-label={text.chooseFile} accept={TYPES} data-testid="hand-in-file" onChange={(event) => take(event.currentTarget)} />
      {photo && <input ref={camera} type="file" class="sr" tabIndex={-1} aria-label={text.photo} accept="image/*" capture="environment" data-testid="hand-in-photo" onChange={(event) => take(event.currentTarget)} />}
      <Sent sending={sending} />
    </section>
  );
}
