//! Bars of our own: a line each, with its word and its figure, readable without colour and on paper.

import type { JSX } from 'preact';
import { scale, type Bar } from '../../../core/statistics';
import { decimal } from '../../../i18n/format';

const HEIGHT = 16;

function Line({ bar, whole, mark }: { bar: Bar; whole: number; mark: number | null }): JSX.Element {
  const width = (value: number): string => `${String((value / whole) * 100)}%`;
  return (
    <li class="bar-line">
      <span class="bar-label">{bar.label}</span>
      <svg class="bar" height={HEIGHT} aria-hidden="true" focusable="false">
        <rect class="bar-all" x="0" y="0" height={HEIGHT} width={width(bar.value)} />
        <rect class="bar-part" x="0" y="0" height={HEIGHT} width={width(bar.part)} />
        {mark !== null && <line class="bar-mark" x1={width(mark)} x2={width(mark)} y1="0" y2={HEIGHT} />}
      </svg>
      <span class="num bar-value">{decimal(bar.value, 0)}</span>
    </li>
  );
}

/** `mark`: a line that is to be reached. */
export function Bars({ title, bars, mark = null, note }: { title: string; bars: readonly Bar[]; mark?: number | null; note?: string | undefined }): JSX.Element {
  const whole = scale(bars, mark);
  return (
    <section class="chart">
      <h2>{title}</h2>
      <ul aria-label={title}>{bars.map((bar) => <Line key={bar.label} bar={bar} whole={whole} mark={mark} />)}</ul>
      {note && <p class="meta">{note}</p>}
    </section>
  );
}
