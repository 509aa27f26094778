//! What the screen knows of the minutes that may be read on it: who may read which, one reader's lines, and their pages.

import type { RefObject } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Problem, Timeline } from '../../../core/api';
import { heardBy, type Minutes, minutesOf, type ReadingKey, readersOf } from '../../../core/minutes';
import { attend, attended, type Choice, choicesOf, closesIn, forget, hasBegun, isPast, type Item, paged, type Readers } from '../../../core/readers';
import { language } from '../../../i18n';
import type { HearingId, View } from '../../../protocol/generated/signal';
import { problemIn } from '../../../ui/problems';

/** How often it is asked who may read of a hearing, and while its record is being sealed, in ms. Eight stay within what a device may ask. */
const ASK_AGAIN = 15_000;
const WHILE_SEALED = 5000;
/** How often an answer of the court is looked for while somebody reads, in ms. */
const LOOK_AGAIN = 20_000;

/** Keeps in which sessions this device was. */
export function useAttending(view: View | null): void {
  const hearing = view !== null && hasBegun(view) ? view.hearing.id : null;
  const state = view?.session.state;
  useEffect(() => { if (hearing !== null) attend(localStorage, hearing, Date.now()); }, [hearing, state]);
}

/** The sittings that may be read here now. Asked while the room has nothing else before it. */
export function useChoices(device: string, calm: boolean): readonly Choice[] {
  const known = useRef(new Map<HearingId, Readers>());
  const [choices, setChoices] = useState<readonly Choice[]>([]);
  useEffect(() => {
    if (!calm) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let current = true;
    const one = async (hearing: HearingId): Promise<boolean> => {
      try {
        const readers = await readersOf(hearing, device);
        known.current.set(hearing, readers);
        return readers.sealing;
      } catch (error) {
        const { code, status } = problemIn(error);
        // What was known stands while the server is not reached, is hurt, or has been asked too often.
        if (status !== 0 && status !== 429 && status < 500) known.current.delete(hearing);
        if (isPast(code)) forget(localStorage, hearing);
        return code === 'not_sealed_yet';
      }
    };
    const due = new Map<HearingId, number>();
    const ask = async (): Promise<void> => {
      const now = performance.now();
      const asked = attended(localStorage, Date.now()).filter((hearing) => (due.get(hearing) ?? now) <= now);
      await Promise.all(asked.map(async (hearing) => due.set(hearing, now + (await one(hearing) ? WHILE_SEALED : ASK_AGAIN))));
      if (!current) return;
      setChoices(choicesOf([...known.current]));
      timer = setTimeout(() => void ask(), WHILE_SEALED);
    };
    void ask();
    return () => { current = false; clearTimeout(timer); };
  }, [device, calm]);
  return choices;
}

export interface Reading {
  readonly minutes: Minutes | null;
  readonly timeline: Timeline | undefined;
  readonly problem: Problem | null;
  readonly again: () => void;
}

/** One reader's minutes of a sitting, looked at again for answers. A fault between leaves what is on the screen. */
export function useReading(key: ReadingKey, sitting: number): Reading {
  const [minutes, setMinutes] = useState<Minutes | null>(null);
  const [timeline, setTimeline] = useState<Timeline | undefined>();
  const [problem, setProblem] = useState<Problem | null>(null);
  const [turn, setTurn] = useState(0);
  const again = (): void => { setTurn((n) => n + 1); };
  useEffect(() => {
    let current = true;
    minutesOf(key, sitting).then(
      (told) => { if (current) { setMinutes(told); setProblem(null); } },
      (error: unknown) => { if (current) setProblem(problemIn(error)); },
    );
    const timer = setTimeout(again, LOOK_AGAIN);
    return () => { current = false; clearTimeout(timer); };
  }, [turn]);
  useEffect(() => {
    // Without sound the lines are read all the same.
    heardBy(key, sitting).then(setTimeline, () => undefined);
  }, []);
  return { minutes, timeline, problem, again };
}

export interface Paged {
  /** Around the page, whose height is the room there is; around everything, out of sight, to be measured. */
  readonly room: RefObject<HTMLDivElement | null>;
  readonly all: RefObject<HTMLOListElement | null>;
  readonly pages: readonly (readonly [number, number])[];
}

/** Lines on pages that need no scrolling, as high as they really are on this screen. */
export function usePages(items: readonly Item[]): Paged {
  const room = useRef<HTMLDivElement>(null);
  const all = useRef<HTMLOListElement>(null);
  const [pages, setPages] = useState<Paged['pages']>([[0, 0]]);
  const tongue = language.value;
  useLayoutEffect(() => {
    const measure = (): void => {
      const high = room.current?.clientHeight ?? 0;
      // Out of sight nothing has a height.
      if (high === 0) return;
      const heights = [...all.current?.children ?? []].map((one) => one.getBoundingClientRect().height);
      setPages(paged(heights, high));
    };
    measure();
    const watch = new ResizeObserver(measure);
    if (room.current) watch.observe(room.current);
    // Words are wider or narrower once their letters are there.
    void document.fonts.ready.then(measure);
    return () => { watch.disconnect(); };
  }, [items, tongue]);
  return { room, all, pages };
}

/** Seconds until the minutes close by themselves because nobody touches the screen, once that is told. */
export function useUntouched(listening: boolean, shut: () => void): number | null {
  const touched = useRef(performance.now());
  const [left, setLeft] = useState<number | null>(null);
  const hears = useRef(listening);
  useEffect(() => {
    if (hears.current && !listening) touched.current = performance.now();
    hears.current = listening;
  }, [listening]);
  useEffect(() => {
    const touch = (): void => { touched.current = performance.now(); setLeft(null); };
    const timer = setInterval(() => {
      const seconds = closesIn(touched.current, performance.now(), hears.current);
      setLeft(seconds);
      if (seconds === 0) shut();
    }, 1000);
    for (const kind of ['pointerdown', 'keydown']) addEventListener(kind, touch);
    return () => {
      clearInterval(timer);
      for (const kind of ['pointerdown', 'keydown']) removeEventListener(kind, touch);
    };
  }, []);
  return left;
}
