//! Figures as a chart draws them.

import type { Figures } from './api';

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Of the value, what is drawn full; the rest is drawn light. */
  readonly part: number;
}

/** The length that a whole bar stands for: the largest value, or the mark if that is larger; never nothing. */
export function scale(bars: readonly Bar[], mark: number | null): number {
  return Math.max(1, mark ?? 0, ...bars.map((bar) => bar.value));
}

/** The most first, and of equals by name: so that one reads from the top. */
export function ranked(groups: readonly Figures[], of: (figures: Figures) => number): Figures[] {
  return [...groups].sort((a, b) => of(b) - of(a) || a.name.localeCompare(b.name, 'vi'));
}

export function minutes(seconds: number): number {
  return Math.round(seconds / 60);
}

/** A year of whole days: what a yearly number may be held against. */
export function isWithinYear(from: string, to: string): boolean {
  return from.slice(0, 4) === to.slice(0, 4);
}
