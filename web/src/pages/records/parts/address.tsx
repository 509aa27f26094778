//! The address of what is seen: the moment and the choice are kept in it, so that it can be marked, sent and loaded again.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { caseLink } from '../../../core/player/caselink';
import { type Choice, choiceIn, clockIn, queryOf } from '../../../core/player/choice';
import type { PlayerState } from '../../../core/player/player';
import { atClock } from '../../../core/player/walltime';
import { clockTime } from '../../../i18n/format';
import { Button } from '../../../ui/parts';
import { texts } from './words';

/** The address is written once it rests for so long: browsers count how often it is. */
const REST_MS = 400;
/** Between two looks a record that plays goes on by less. */
const JUMP_MS = 2000;

/** hh:mm:ss on the court's wall. */
export function clockAt(timeline: Timeline, ms: number): string {
  return clockTime(timeline.began_utc_ms + ms, timeline.zone);
}

/** Where the address asks to begin. `missed`: the clock that it asks for, where the record has none of it. */
export function askedFor(timeline: Timeline): { readonly ms: number; readonly missed: string | undefined } | undefined {
  const clock = clockIn(location.search);
  const found = clock === undefined ? undefined : atClock(timeline, clock);
  return found && { ms: found.ms, missed: found.inside ? undefined : clock };
}

/** The choice that the address begins with, and every change of it. */
export function useChoice(): readonly [Choice, (choice: Choice) => void] {
  return useState(() => choiceIn(location.search));
}

/** Writes moment and choice into the address: while it stands, after a jump, and with every choice; never into the history. */
export function useAddress(timeline: Timeline, state: PlayerState | undefined, choice: Choice): void {
  const last = useRef({ ms: 0, choice: '' });
  const pending = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const at = state?.positionMs;
  useEffect(() => {
    if (at === undefined) return;
    const chosen = JSON.stringify(choice);
    const jumped = Math.abs(at - last.current.ms) > JUMP_MS;
    const same = chosen === last.current.choice;
    last.current = { ms: at, choice: chosen };
    if (state?.playing === true && !jumped && same) return;
    const query = queryOf(choice, clockAt(timeline, at));
    clearTimeout(pending.current);
    if (query === location.search) return;
    pending.current = setTimeout(() => { history.replaceState(history.state, '', `${location.pathname}${query}`); }, REST_MS);
  }, [timeline, at, state?.playing, choice]);
  useEffect(() => () => { clearTimeout(pending.current); }, []);
}

/** Gives the link to this moment that stays valid. */
export function CopyLink({ timeline, record, atMs }: { timeline: Timeline; record: string; atMs: number }): JSX.Element {
  const text = texts();
  const [told, setTold] = useState<{ clock: string; link: string; copied: boolean } | undefined>();
  const copy = (): void => {
    const clock = clockAt(timeline, atMs);
    const link = `${location.origin}${caseLink(timeline.case, record, clock)}`;
    const write = typeof navigator.clipboard === 'object' ? navigator.clipboard.writeText(link) : Promise.reject(new Error('not a secure page'));
    write.then(() => { setTold({ clock, link, copied: true }); }, () => { setTold({ clock, link, copied: false }); });
  };
  return (
    <div class="copy-link">
      <Button icon="copy" testid="copy-link" onClick={copy}>{text.copyLink}</Button>
      <div role="status" class="meta" data-testid="copied" data-link={told?.link}>{told && (told.copied ? text.copied(told.clock) : text.notCopied)}</div>
      {told?.copied === false && <input class="input" readOnly aria-label={text.link} value={told.link} onFocus={(event) => { event.currentTarget.select(); }} />}
    </div>
  );
}
