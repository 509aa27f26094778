//! The focus of the rail.

import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/**
 * An act that was done is taken away or disabled, and the focus with it. It is kept in the rail, on no act: what is pressed
 * next by mistake must do nothing.
 */
export function useKeptFocus(state: string): { ref: RefObject<HTMLElement | null>; onFocusIn: () => void } {
  const ref = useRef<HTMLElement>(null);
  const within = useRef(false);
  useEffect(() => {
    const elsewhere = (event: Event): void => {
      if (event.target instanceof Node && !ref.current?.contains(event.target)) within.current = false;
    };
    document.addEventListener('focusin', elsewhere);
    document.addEventListener('pointerdown', elsewhere);
    return () => {
      document.removeEventListener('focusin', elsewhere);
      document.removeEventListener('pointerdown', elsewhere);
    };
  }, []);
  useEffect(() => {
    const active = document.activeElement;
    // A browser takes the focus from what is disabled only when it draws next.
    if (within.current && (active === document.body || active?.matches(':disabled'))) ref.current?.focus();
  }, [state]);
  return { ref, onFocusIn: () => { within.current = true; } };
}
