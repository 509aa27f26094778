//! What is shown once: a point's enrolment link. To copy, to scan, to print.

import type { ComponentChildren, JSX } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { EnrolmentOffer } from '../../../core/api';
import { useModal } from '../../../ui/dialog';
import { Button } from '../../../ui/parts';
import { words } from '../../login/parts/words';

/** Closed only on purpose: what it shows is not shown again. */
function Once({ title, copy, onClose, children }: { title: string; copy: string; onClose: () => void; children: ComponentChildren }): JSX.Element {
  const text = words().plan;
  const frame = useModal();
  const id = useId();
  const [copied, setCopied] = useState<boolean | undefined>();
  const take = (): void => {
    // Without a secure context there is no clipboard.
    const written = navigator.clipboard as Clipboard | undefined;
    if (written === undefined) setCopied(false);
    else written.writeText(copy).then(() => { setCopied(true); }, () => { setCopied(false); });
  };
  return (
    <dialog ref={frame} class="dialog modal print-only" aria-labelledby={id} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <h2 class="title" id={id}>{title}</h2>
      <div class="body modal-body">{children}</div>
      <div class="row row-3 modal-acts wrap-row no-print">
        <Button kind="act" size="lg" onClick={onClose} testid="shown-once-done">{text.done}</Button>
        <Button size="lg" icon="copy" onClick={take}>{text.copy}</Button>
        <Button size="lg" icon="print" onClick={() => { print(); }}>{text.printCode}</Button>
      </div>
      <p class="meta no-print" role="status">{copied === undefined ? '' : copied ? text.copied : text.notCopied}</p>
    </dialog>
  );
}

export function LinkDialog({ point, offer, until, onClose }: { point: string; offer: EnrolmentOffer; until: string; onClose: () => void }): JSX.Element {
  const text = words().plan;
  return (
    <Once title={text.enrolTitle(point)} copy={offer.link} onClose={onClose}>
      <p>{text.enrolHow}</p>
      <p class="link mono" data-testid="shown-link">{offer.link}</p>
      {offer.qr !== null && <img class="qr" alt={text.enrolQr} src={`data:image/svg+xml,${encodeURIComponent(offer.qr)}`} />}
      <p class="ink-2">{text.expires(until)}</p>
    </Once>
  );
}
