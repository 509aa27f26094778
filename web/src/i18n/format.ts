//! Times and days, always on the server's clock and in the court's time zone.

import { figuresOf } from './figures';
import { language, t } from './index';

const locale = (): string => (language.value === 'en' ? 'en-GB' : 'vi-VN');

/** 14:03:22 of a UTC time in milliseconds. */
export function clockTime(utcMs: number, zone: string, seconds = true): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    hour: '2-digit',
    minute: '2-digit',
    ...(seconds ? { second: '2-digit' } : {}),
    hourCycle: 'h23',
  }).format(utcMs);
}

/** A day as the language writes it in full, for example "Thứ Bảy, 21 tháng 11, 2026". */
export function day(utcMs: number, zone: string): string {
  return new Intl.DateTimeFormat(locale(), { timeZone: zone, weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }).format(utcMs);
}

/** 21/11/2026. */
export function shortDay(utcMs: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', { timeZone: zone, day: '2-digit', month: '2-digit', year: 'numeric' }).format(utcMs);
}

/** 0,3 or 0.3: a figure as the language writes it, with at most so many `digits` behind the comma. */
export function decimal(value: number, digits: number): string {
  return figuresOf(locale())(value, digits);
}

/** 00:32:06 of a span in milliseconds; hours only if there are any when `short`. */
export function span(ms: number, short = false): string {
  const all = Math.max(0, Math.floor(ms / 1000));
  const two = (n: number): string => String(n).padStart(2, '0');
  const [h, m, s] = [Math.floor(all / 3600), Math.floor(all / 60) % 60, all % 60];
  return short && h === 0 ? `${two(m)}:${two(s)}` : `${two(h)}:${two(m)}:${two(s)}`;
}

/** How long something lasted: tenths of a second below ten, above that as a span, 05:29. */
export function lasted(ms: number): string {
  if (ms >= 9_950) return span(Math.round(ms / 1000) * 1000, true);
  return ms > 0 && ms < 50 ? `< ${t().seconds(decimal(0.1, 1))}` : t().seconds(decimal(ms / 1000, 1));
}
