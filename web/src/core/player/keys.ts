//! The player's keys. They work while the focus is inside the player, and can be switched off (WCAG 2.2, 2.1.4).

export type Act =
  | { readonly do: 'play' | 'help' | 'begin' | 'end' | 'before' | 'after' }
  | { readonly do: 'move'; readonly ms: number }
  | { readonly do: 'frame' | 'rate'; readonly way: 1 | -1 }
  /** The lane's number from the top, from 0. */
  | { readonly do: 'mute'; readonly lane: number };

/** What was pressed, as a browser tells it. */
export interface Pressed {
  readonly key: string;
  readonly code: string;
  readonly shiftKey: boolean;
  readonly ctrlKey: boolean;
  readonly altKey: boolean;
  readonly metaKey: boolean;
}

const SMALL_MS = 1000;
export const LARGE_MS = 10_000;

const PLAIN: Readonly<Record<string, Act>> = {
  ' ': { do: 'play' }, k: { do: 'play' },
  j: { do: 'move', ms: -LARGE_MS }, l: { do: 'move', ms: LARGE_MS },
  ',': { do: 'frame', way: -1 }, '.': { do: 'frame', way: 1 },
  '<': { do: 'rate', way: -1 }, '>': { do: 'rate', way: 1 },
  Home: { do: 'begin' }, End: { do: 'end' },
  b: { do: 'before' }, n: { do: 'after' },
  '?': { do: 'help' },
};

/** What a key does; undefined: nothing here, and the browser has it. */
export function actOf({ key, code, shiftKey, ctrlKey, altKey, metaKey }: Pressed): Act | undefined {
  if (ctrlKey || altKey || metaKey) return undefined;
  if (key === 'ArrowLeft' || key === 'ArrowRight') {
    return { do: 'move', ms: (key === 'ArrowLeft' ? -1 : 1) * (shiftKey ? LARGE_MS : SMALL_MS) };
  }
  // By its place: on a French keyboard the digits are written with Shift.
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  if (digit !== undefined && !shiftKey) return { do: 'mute', lane: Number(digit) - 1 };
  return PLAIN[key.length === 1 ? key.toLowerCase() : key];
}

/** What has the focus, as far as it matters here. */
export interface Focused {
  readonly tag: string;
  /** Of an input. */
  readonly type: string;
  readonly editable: boolean;
  /** A list or the like that is scrolled by keys. */
  readonly scrolls: boolean;
}

const PRESSES: ReadonlySet<string> = new Set(['button', 'summary', 'a']);
const SLIDES: ReadonlySet<string> = new Set(['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'PageUp', 'PageDown']);

/** Whether the key has a meaning of its own at what has the focus. */
export function isItsOwn(key: string, { tag, type, editable, scrolls }: Focused): boolean {
  if (editable || tag === 'textarea' || tag === 'select') return true;
  if (tag === 'input') {
    if (type === 'range') return SLIDES.has(key);
    return type !== 'checkbox' && type !== 'radio' ? true : key === ' ' || (type === 'radio' && SLIDES.has(key));
  }
  if (PRESSES.has(tag)) return key === ' ' || key === 'Enter';
  return scrolls && (key === ' ' || SLIDES.has(key));
}
