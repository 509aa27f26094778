//! What is chosen to be seen and heard, and the moment, as an address keeps them.

import { type Voice, VOICES } from './voices';

export interface Choice {
  /** Pictures that are left out, by track. */
  readonly hidden: readonly string[];
  /** The picture that is large. */
  readonly large: string | undefined;
  readonly muted: readonly number[];
  readonly solo: readonly number[];
  readonly voice: Voice;
}

export const USUAL: Choice = { hidden: [], large: undefined, muted: [], solo: [], voice: 'original' };

const TRACK = /^\d{2,}-[a-z0-9_]+$/;

function words(text: string | null): readonly string[] {
  return (text ?? '').split(',').filter((word) => word !== '');
}

function seats(text: string | null): readonly number[] {
  return words(text).filter((word) => /^\d{1,5}$/.test(word)).map(Number);
}

/** What the query of an address asks for; what cannot be read is left out. */
export function choiceIn(search: string): Choice {
  const asked = new URLSearchParams(search);
  const large = asked.get('large') ?? '';
  return {
    hidden: words(asked.get('hide')).filter((word) => TRACK.test(word)),
    large: TRACK.test(large) ? large : undefined,
    muted: seats(asked.get('mute')),
    solo: seats(asked.get('solo')),
    voice: VOICES.find((voice) => voice === asked.get('voice')) ?? USUAL.voice,
  };
}

/** The moment that the query asks for, as the clock shows it; undefined if it asks for none. */
export function clockIn(search: string): string | undefined {
  const at = new URLSearchParams(search).get('t') ?? '';
  return /^\d{1,2}:\d{2}:\d{2}$/.test(at) ? at : undefined;
}

/** `?t=14:03:22&hide=04-screen`: the query with the moment and what differs from the usual. */
export function queryOf(choice: Choice, clock: string): string {
  const pairs: readonly (readonly [string, string])[] = [
    ['t', clock], ['hide', choice.hidden.join(',')], ['large', choice.large ?? ''], ['mute', choice.muted.join(',')], ['solo', choice.solo.join(',')],
    ['voice', choice.voice === USUAL.voice ? '' : choice.voice],
  ];
  // Nothing in it needs escaping: colons and commas may stand in a query (RFC 3986, section 3.4), and read better.
  return `?${pairs.filter(([, value]) => value !== '').map(([name, value]) => `${name}=${value}`).join('&')}`;
}

/** With `one` in the list if it was not, or without it. */
export function flipped<T>(list: readonly T[], one: T): readonly T[] {
  return list.includes(one) ? list.filter((other) => other !== one) : [...list, one];
}
