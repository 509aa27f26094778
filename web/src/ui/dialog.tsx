//! A dialog named by its act, with the focus on the safe button. The browser's own <dialog> keeps the focus inside.

import type { ComponentChildren, JSX, RefObject } from 'preact';
import { useEffect, useId, useRef } from 'preact/hooks';
import { Button } from './parts';

interface DialogProps {
  title: string;
  /** What the act button says. */
  act: string;
  /** What the safe button says; it has the focus at first. Without it the act is safe. */
  back?: string;
  onAct: () => void;
  onBack: () => void;
  disabled?: boolean;
  testid?: string;
  theme?: 'paper' | 'courtroom';
  /** For a table. */
  wide?: boolean;
  children: ComponentChildren;
}

/** A dialog over the page while its element is there: the focus on the safe act, and back where it was afterwards. */
export function useModal(): RefObject<HTMLDialogElement | null> {
  const frame = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = frame.current;
    const before = document.activeElement;
    dialog?.showModal();
    dialog?.querySelector<HTMLElement>('[data-safe]')?.focus();
    return () => {
      dialog?.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return frame;
}

export function Dialog({ title, act, back, onAct, onBack, disabled, testid, theme, wide, children }: DialogProps): JSX.Element {
  const frame = useModal();
  const id = useId();
  return (
    <dialog ref={frame} class={wide ? 'dialog modal modal-wide' : 'dialog modal'} aria-labelledby={id} data-theme={theme} data-testid={testid}
      onCancel={(event) => { event.preventDefault(); onBack(); }}>
      <h2 class="title" id={id}>{title}</h2>
      <div class="body modal-body">{children}</div>
      <div class="row row-3 modal-acts">
        <Button kind="act" size="lg" disabled={disabled} data-safe={back ? undefined : true} testid={testid && `${testid}-confirm`} onClick={onAct}>{act}</Button>
        {back && <Button size="lg" data-safe onClick={onBack} testid={testid && `${testid}-back`}>{back}</Button>}
      </div>
    </dialog>
  );
}
