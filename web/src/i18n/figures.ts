//! Figures as a language writes them: 0,3 and 1.200 in Vietnamese, 0.3 and 1,200 in English.

export type Figures = (value: number, digits?: number) => string;

export function figuresOf(locale: string): Figures {
  return (value, digits = 0) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value);
}
