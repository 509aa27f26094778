//! Parts of the minutes on a point's screen.

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { PointReader } from '../../../core/readers';
import { t } from '../../../i18n';
import { words } from '../../../ui/minutes/words';
import { Icon } from '../../../ui/parts';

/** The way to it, on every screen of a room that has nothing else before it. */
export function ReadButton({ open }: { open: () => void }): JSX.Element {
  return <button type="button" class="k-btn k-read-open" data-testid="point-read" onClick={open}><Icon name="doc" />{words().read}</button>;
}

export function ShutButton({ shut }: { shut: () => void }): JSX.Element {
  return <button type="button" class="k-btn k-small" data-testid="reading-shut" onClick={shut}><Icon name="x" />{words().point.shut}</button>;
}

/** The question of a step; the focus goes to it when the step begins. */
export function Question({ children }: { children: ComponentChildren }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => { heading.current?.focus({ preventScroll: true }); }, []);
  return <h2 class="k40" tabIndex={-1} ref={heading}>{children}</h2>;
}

export function nameOf({ name, role }: PointReader): string {
  return name ?? t().roles[role];
}
