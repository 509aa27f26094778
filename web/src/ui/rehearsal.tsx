//! What says on every screen that it shows a rehearsal. It stands at the foot of the window, where it moves nothing.

import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { catalogue } from '../i18n';
import { rehearsal as english } from '../i18n/en/rehearsal';
import { rehearsal as vietnamese } from '../i18n/vi/rehearsal';
import { Badge } from './parts';

export const words = catalogue(vietnamese, english);

/** How many parts of the present page show a rehearsal. */
const shown = signal(0);

/** While it is true the window says that this is a rehearsal. */
export function useRehearsal(is: boolean): void {
  useLayoutEffect(() => {
    if (!is) return undefined;
    shown.value += 1;
    return () => { shown.value -= 1; };
  }, [is]);
}

export function RehearsalBand(): JSX.Element | null {
  return shown.value === 0 ? null : <p class="rehearsal-band" role="note" data-testid="rehearsal-band">{words().band}</p>;
}

export function RehearsalBadge({ is }: { is: boolean }): JSX.Element | null {
  return is ? <Badge>{words().badge}</Badge> : null;
}
