//! Figures as a language writes them: 0,3 and 1.200 in Vietnamese, 0.3 and 1,200 in English.

export type Figures = (value: number, digits?: number) => string;

export function figuresOf(locale: string): Figures {
  return (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}

/** A moment as a language writes it, in the time of this device: of a refusal nobody knows the court's. */
export function localTime(utcMs: number, locale: string): string {
  return new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(utcMs);
}
