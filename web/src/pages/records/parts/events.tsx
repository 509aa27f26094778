//! The ledger's events as a list: press a line to see and hear that moment.

import type { JSX, RefObject } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Timeline, TimelineEvent } from '../../../core/api';
import { type Sort, SORTS, ofSort } from '../../../core/player/rows';
import { listed } from '../../../core/player/timeline';
import { language } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import { words } from '../../login/parts/words';
import { eventNote, eventText, isCourse, isIncident } from './naming';
import { texts } from './words';

/** A line leads to just before its moment, so that it is not missed. */
export const LEAD_MS = 1000;

interface EventsProps {
  timeline: Timeline;
  atMs: number;
  /** Plays from there. */
  onPlay: (ms: number) => void;
}

/** Keeps the present line in sight, unless somebody is in the list with the focus or the pointer. */
function useInSight(current: number | undefined): RefObject<HTMLOListElement | null> {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    const frame = list.current;
    const line = frame?.querySelector<HTMLElement>('[aria-current]');
    if (!frame || !line || frame.matches(':hover, :focus-within')) return;
    const [top, bottom] = [line.offsetTop - frame.offsetTop, line.offsetTop - frame.offsetTop + line.offsetHeight];
    if (top < frame.scrollTop || bottom > frame.scrollTop + frame.clientHeight) frame.scrollTop = Math.max(0, top - frame.clientHeight / 3);
  }, [current]);
  return list;
}

export function Events({ timeline, atMs, onPlay }: EventsProps): JSX.Element {
  const text = words().player;
  const [sort, setSort] = useState<Sort>('course');
  const events = useMemo(() => listed(ofSort(timeline.events, sort, isCourse, isIncident)), [timeline, sort]);
  const current = events.findLast((event) => event.ms <= atMs + LEAD_MS)?.n;
  const list = useInSight(current);
  // Hours of a hearing are many lines, and the clock runs on.
  const lines = useMemo(
    () => events.map((event) => <Line key={event.n} timeline={timeline} event={event} current={event.n === current} onPlay={onPlay} />),
    [events, current, onPlay, language.value],
  );
  return (
    <section class="mins" aria-labelledby="events-title">
      <div class="sec-h"><h2 id="events-title">{text.events}</h2><span class="meta">{text.eventsHow}</span></div>
      <label class="row meta sort">{texts().sort}
        <select class="input" value={sort} data-testid="events-sort" onChange={(event) => { setSort(SORTS.find((one) => one === event.currentTarget.value) ?? 'course'); }}>
          {SORTS.map((one) => <option key={one} value={one} selected={one === sort}>{texts().sorts[one]}</option>)}
        </select>
      </label>
      {events.length === 0 ? <p class="body ink-2">{sort === 'course' ? text.noEvents : texts().noneOfSort}</p> : (
        <ol ref={list} tabIndex={0} aria-labelledby="events-title">{lines}</ol>
      )}
    </section>
  );
}

function Line({ timeline, event, current, onPlay }: { timeline: Timeline; event: TimelineEvent; current: boolean; onPlay: (ms: number) => void }): JSX.Element {
  const note = eventNote(event);
  return (
    <li aria-current={current ? 'true' : undefined}>
      <button type="button" class="mark" data-testid={`mark-${String(event.n)}`} data-kind={event.kind} data-ms={event.ms} onClick={() => { onPlay(Math.max(0, event.ms - LEAD_MS)); }}>
        <time>{clockTime(timeline.began_utc_ms + event.ms, timeline.zone)}</time>
        <span>
          <span class={isIncident(event) ? 'look strong' : undefined}>{eventText(timeline, event)}</span>
          {note !== '' && <span class="meta note">{note}</span>}
        </span>
      </button>
    </li>
  );
}
