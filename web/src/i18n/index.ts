//! Two languages, as typed catalogues: the English one has the type of the Vietnamese one, so a missing string does not compile.

import { signal } from '@preact/signals';
import { live as vi } from './vi/live';
import { live as en } from './en/live';

export type Language = 'vi' | 'en';

const KEY = 'assize.language';

function kept(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'vi';
  } catch {
    return 'vi';
  }
}

/** The language of the screen. Vietnamese unless the person chose otherwise on this device. */
export const language = signal<Language>(kept());

export function setLanguage(to: Language): void {
  language.value = to;
  try {
    localStorage.setItem(KEY, to);
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** A catalogue in both languages: call the result inside a component to get the strings of the present language. */
export function catalogue<T>(vietnamese: T, english: NoInfer<T>): () => T {
  return () => (language.value === 'en' ? english : vietnamese);
}

/** The court's own language: what a screen writes into the ledger by itself is in it, whoever presses. */
export const COURT: Language = 'vi';

/** The live pages' strings in every language, to recognise what another screen wrote. */
export const inBoth = (): Record<Language, typeof vi> => ({ vi, en });

/** Strings of the live pages, and those that every page uses. */
export const t = catalogue(vi, en);
