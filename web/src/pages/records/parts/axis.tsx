//! The one axis of a record: phases and states, a lane a seat, who spoke, what was shown, incidents. Positions are set by
//! script, which the content security policy allows; nothing here is only a picture: lists and buttons say the same.

import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import type { Choice } from '../../../core/player/choice';
import type { Player, PlayerState } from '../../../core/player/player';
import { lanesOf, phases, ticks, total } from '../../../core/player/timeline';
import { type Window, ZOOMS, around, followed, paged } from '../../../core/player/window';
import { clockTime, span } from '../../../i18n/format';
import { Button, Icon } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { LaneRow } from './lanes';
import type { Levels } from './levels';
import { isIn, place } from './place';
import { Above, Below } from './rows';
import { texts } from './words';

interface AxisProps {
  timeline: Timeline;
  player: Player;
  state: PlayerState;
  levels: Levels;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

const MOST_TICKS = 10;

interface View {
  readonly window: Window;
  readonly zoom: number;
  readonly show: (zoom: number) => void;
  readonly turn: (way: 1 | -1) => void;
}

/** The part that is shown: it stands, and turns like a page when the cursor leaves it. */
function useWindow(durationMs: number, atMs: number): View {
  const [{ window, zoom }, set] = useState({ window: around(atMs, 0, durationMs), zoom: 0 });
  const before = useRef(atMs);
  useEffect(() => {
    const was = before.current;
    before.current = atMs;
    set((now) => {
      const next = followed(now.window, was, atMs, durationMs);
      return next === now.window ? now : { ...now, window: next };
    });
  }, [atMs, durationMs]);
  return {
    window,
    zoom,
    show: (next) => { set({ window: around(atMs, next, durationMs), zoom: next }); },
    turn: (way) => { set((now) => ({ ...now, window: paged(now.window, way, durationMs) })); },
  };
}

export function Axis({ timeline, player, state, levels, choice, onChoice }: AxisProps): JSX.Element {
  const text = words().player;
  const view = useWindow(timeline.duration_ms, state.positionMs);
  const { window } = view;
  const lanes = useMemo(() => lanesOf(timeline), [timeline]);
  const seek = (ms: number): void => { player.seek(ms); };
  const cursor = <Cursor window={window} atMs={state.positionMs} />;
  const rows = { timeline, window, atMs: state.positionMs, onSeek: seek, cursor };
  return (
    <section class={view.zoom === 0 ? 'tl' : 'tl is-part'} aria-label={text.axis}>
      <Head timeline={timeline} view={view} atMs={state.positionMs} onSeek={seek} />
      <Above {...rows} />
      {lanes.map((lane) => (
        <LaneRow key={lane.seat} lane={lane} timeline={timeline} levels={levels.get(lane.seat)} window={window} choice={choice} onChoice={onChoice} onSeek={seek}>{cursor}</LaneRow>
      ))}
      <Below {...rows} />
      <p class="legend meta">
        <span class="row"><span class="swatch said-swatch" />{texts().speaking}</span>
        <span class="row"><span class="swatch gap-hatch" />{text.lost}</span>
        <span class="row"><span class="swatch gap-partly" />{text.partly}</span>
        <span class="row"><span class="swatch by-law" />{text.byLaw}</span>
      </p>
    </section>
  );
}

function Cursor({ window, atMs }: { window: Window; atMs: number }): JSX.Element | null {
  return isIn(window, { fromMs: atMs, toMs: atMs }) ? <span class="cursor" style={{ left: place(window, atMs).left }} aria-hidden="true" /> : null;
}

/** Times along the axis, and what is shown of it. */
function Head({ timeline, view, atMs, onSeek }: { timeline: Timeline; view: View; atMs: number; onSeek: (ms: number) => void }): JSX.Element {
  const text = words().player;
  const { window } = view;
  const long = window.toMs - window.fromMs;
  const clock = (ms: number, seconds = true): string => clockTime(timeline.began_utc_ms + ms, timeline.zone, seconds);
  const inSession = useMemo(() => total(phases(timeline).filter((one) => one.state === 'in_session')), [timeline]);
  const marks = useMemo(() => ticks(timeline.began_utc_ms + window.fromMs, long, MOST_TICKS).map((ms) => ms + window.fromMs), [timeline, window]);
  return (
    <div class="tl-row axis">
      <div class="axis-head">
        <p class="ink-2">{text.inSession} <time>{span(inSession)}</time></p>
        <Zoom timeline={timeline} view={view} />
        <p class="sr" role="status">{view.zoom === 0 ? '' : texts().shows(clock(window.fromMs), clock(window.toMs))}</p>
      </div>
      <div>
        {marks.map((at) => <time key={at} style={{ left: `clamp(1rem, ${place(window, at).left}, calc(100% - 1rem))` }}>{clock(at, long < 10 * 60_000)}</time>)}
        <input type="range" class="scrub" aria-label={text.position} aria-valuetext={clock(atMs)} data-testid="player-scrub"
          min={window.fromMs} max={window.toMs} step={1000} value={atMs} onInput={(event) => { onSeek(Number(event.currentTarget.value)); }} />
      </div>
    </div>
  );
}

/** Only where a part is shorter than the whole. */
function Zoom({ timeline, view: { window, zoom, show, turn } }: { timeline: Timeline; view: View }): JSX.Element | null {
  const text = texts();
  const lengths = ZOOMS.filter((one) => one < timeline.duration_ms);
  if (lengths.length < 2) return null;
  const names = new Map<number, string>([[ZOOMS[0], text.zooms.whole], [ZOOMS[1], text.zooms.hour], [ZOOMS[2], text.zooms.ten]]);
  return (
    <div class="zoom" role="group" aria-label={text.zoom}>
      {lengths.map((one) => <Button key={one} size="sm" aria-pressed={one === zoom} testid={`zoom-${String(one)}`} onClick={() => { show(one); }}>{names.get(one)}</Button>)}
      {zoom !== 0 && (
        <>
          <Button size="sm" aria-label={text.earlier} title={text.earlier} disabled={window.fromMs <= 0} testid="zoom-earlier" onClick={() => { turn(-1); }}><Icon name="left" size={16} /></Button>
          <Button size="sm" aria-label={text.later} title={text.later} disabled={window.toMs >= timeline.duration_ms} testid="zoom-later" onClick={() => { turn(1); }}><Icon name="right" size={16} /></Button>
        </>
      )}
    </div>
  );
}
