//! The day list narrowed down to one point or one judge.

import type { Hearing } from '../../../core/api';
import { judgeOf } from './people';

export interface Narrowed {
  /** Id of a point; empty: any. */
  readonly point: string;
  /** Name of a presiding judge; empty: any. */
  readonly judge: string;
}

export function narrowed(hearings: readonly Hearing[], { point, judge }: Narrowed): readonly Hearing[] {
  return hearings.filter((hearing) => (point === '' || hearing.points.some((one) => one.id === point)) && (judge === '' || judgeOf(hearing) === judge));
}

/** Points of these hearings that are not the courtroom, by name. */
export function pointsOf(hearings: readonly Hearing[]): readonly { value: string; label: string }[] {
  const points = new Map(hearings.flatMap((hearing) => hearing.points.filter((one) => one.kind !== 'central').map((one) => [one.id, one.name] as const)));
  return [...points].map(([value, label]) => ({ value, label })).sort((a, b) => a.label.localeCompare(b.label, 'vi'));
}

export function judgesOf(hearings: readonly Hearing[]): readonly { value: string; label: string }[] {
  const names = new Set(hearings.map(judgeOf).filter((name) => name !== undefined));
  return [...names].sort((a, b) => a.localeCompare(b, 'vi')).map((name) => ({ value: name, label: name }));
}
