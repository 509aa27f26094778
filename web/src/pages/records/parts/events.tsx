//! The ledger's events as a list: press a line to see and hear that moment.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { listed } from '../../../core/player/timeline';
import { clockTime } from '../../../i18n/format';
import { words } from '../../login/parts/words';
import { eventNote, eventText, isCourse, isIncident } from './naming';

/** A line leads to just before its moment, so that it is not missed. */
export const LEAD_MS = 1000;

export function Events({ timeline, atMs, onSeek }: { timeline: Timeline; atMs: number; onSeek: (ms: number) => void }): JSX.Element {
  const text = words().player;
  const [all, setAll] = useState(false);
  const events = listed(timeline.events.filter((event) => all || isCourse(event)));
  const current = events.findLast((event) => event.ms <= atMs + LEAD_MS)?.n;
  return (
    <section class="mins" aria-labelledby="events-title">
      <div class="sec-h"><h2 id="events-title">{text.events}</h2><span class="meta">{text.eventsHow}</span></div>
      {events.length === 0 ? <p class="body ink-2">{text.noEvents}</p> : (
        <ol tabIndex={0} aria-labelledby="events-title">
          {events.map((event) => (
            <li key={event.n} aria-current={event.n === current ? 'true' : undefined}>
              <button type="button" class="mark" data-testid={`mark-${String(event.n)}`} data-kind={event.kind} data-ms={event.ms} onClick={() => { onSeek(Math.max(0, event.ms - LEAD_MS)); }}>
                <time>{clockTime(timeline.began_utc_ms + event.ms, timeline.zone)}</time>
                <span>
                  <span class={isIncident(event) ? 'look strong' : undefined}>{eventText(timeline, event)}</span>
                  {eventNote(event) !== '' && <span class="meta note">{eventNote(event)}</span>}
                </span>
              </button>
            </li>
          ))}
        </ol>
      )}
      <label class="check meta"><input type="checkbox" checked={all} onChange={(event) => { setAll(event.currentTarget.checked); }} />{text.everything}</label>
    </section>
  );
}
