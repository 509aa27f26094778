//! Where a moment is on a row of the axis, in the part of the record that is shown.

import type { Span } from '../../../core/player/timeline';
import type { Window } from '../../../core/player/window';

export type Placed = {
  readonly left: string;
  readonly width: string;
};

export function place(window: Window, fromMs: number, toMs: number = fromMs): Placed {
  const whole = Math.max(1, window.toMs - window.fromMs);
  const percent = (ms: number): string => `${String((ms / whole) * 100)}%`;
  return { left: percent(fromMs - window.fromMs), width: percent(Math.max(0, toMs - fromMs)) };
}

/** Whether any of it is in the part that is shown. */
export function isIn(window: Window, { fromMs, toMs }: Span): boolean {
  return fromMs <= window.toMs && toMs >= window.fromMs;
}

/** Where on a row was pressed, in hearing time. */
export function pressed(event: MouseEvent & { currentTarget: EventTarget & HTMLElement }, window: Window): number {
  const box = event.currentTarget.getBoundingClientRect();
  return window.fromMs + ((event.clientX - box.left) / Math.max(1, box.width)) * (window.toMs - window.fromMs);
}
