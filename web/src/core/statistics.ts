//! Figures of the court's sittings, and as a chart draws them.

import { query } from './api';

export type StatisticsBy = 'judge' | 'court' | 'point' | 'case_type';
export type LostCause = 'pressed' | 'restart' | 'record' | 'media' | 'continuity';

/** Several sittings together; times in whole seconds. */
export interface Figures {
  readonly name: string;
  readonly hearings: number;
  /** Of them, those with a component point. */
  readonly online: number;
  /** Of the online ones, those across provinces, and those of which nobody said. */
  readonly cross_province: number;
  readonly province_unknown: number;
  readonly sittings: number;
  readonly in_session_s: number;
  readonly interruptions: number;
  readonly lost_s: number;
  readonly causes: Readonly<Partial<Record<LostCause, { readonly count: number; readonly lost_s: number }>>>;
}

export interface Statistics {
  /** First and last day. */
  readonly from: string;
  readonly to: string;
  readonly by: StatisticsBy;
  /** Online hearings that a judge is to hold in a year. */
  readonly quota: number | null;
  readonly total: Figures;
  readonly groups: readonly Figures[];
}

export interface StatisticsFilter {
  readonly from?: string;
  readonly to?: string;
  readonly by?: StatisticsBy;
}

/** Where the same is as a table for spreadsheets. */
export function statisticsCsv(filter: StatisticsFilter): string {
  return `/api/v1/statistics${query({ ...filter, format: 'csv' })}`;
}

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
