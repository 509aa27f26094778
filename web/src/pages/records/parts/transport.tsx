//! Play, jump, speed, and the clock. Every drag on the axis has a button here.

import type { JSX } from 'preact';
import type { Timeline } from '../../../core/api';
import type { Player, PlayerState } from '../../../core/player/player';
import { anythingAt, listed, neighbour, nextRecorded, phases } from '../../../core/player/timeline';
import { clockTime, decimal, shortDay } from '../../../i18n/format';
import { Button, Icon } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { isCourse, phaseName } from './naming';

const RATES = [0.5, 1, 1.25, 1.5, 2] as const;
const STEP_MS = 10_000;

export function Transport({ timeline, player, state }: { timeline: Timeline; player: Player; state: PlayerState }): JSX.Element {
  const text = words().player;
  const at = state.positionMs;
  const utc = timeline.began_utc_ms + at;
  const events = listed(timeline.events.filter(isCourse));
  const [before, after] = [neighbour(events, at, 'before'), neighbour(events, at, 'after')];
  return (
    <div class="transport">
      <Button aria-label={text.back} onClick={() => { player.seek(at - STEP_MS); }}><Icon name="back" /><span class="num">10</span></Button>
      <Button kind="act" testid="player-play" aria-pressed={undefined} class="play" onClick={() => { if (state.playing) player.pause(); else player.play(); }} icon={state.playing ? 'pause' : 'play'}>
        {state.playing ? text.stop : text.play}
      </Button>
      <Button aria-label={text.forward} onClick={() => { player.seek(at + STEP_MS); }}><Icon name="fwd" /><span class="num">10</span></Button>
      <Button disabled={before === undefined} onClick={() => { if (before) player.seek(before.ms); }}>{text.before}</Button>
      <Button disabled={after === undefined} onClick={() => { if (after) player.seek(after.ms); }}>{text.after}</Button>
      <p class="row row-3 clock-row">
        <time class="clock" data-testid="player-clock" data-ms={Math.round(at)}>{clockTime(utc, timeline.zone)}</time>
        <span class="meta">{shortDay(utc, timeline.zone)} · {stateAt(timeline, at)}</span>
      </p>
      <p class="meta waiting" role="status">{state.waiting ? text.waiting : ''}</p>
      <Hole timeline={timeline} player={player} at={at} />
      <label class="row meta"><input type="checkbox" class="tick" checked={state.skipping} onChange={(event) => { player.setSkipping(event.currentTarget.checked); }} />{text.skip}</label>
      <label class="row meta">{text.speed}
        <select class="input rate" value={String(state.rate)} onChange={(event) => { player.setRate(Number(event.currentTarget.value)); }}>
          {RATES.map((rate) => <option key={rate} value={String(rate)} selected={rate === state.rate}>{decimal(rate, 2)}×</option>)}
        </select>
      </label>
    </div>
  );
}

function stateAt(timeline: Timeline, ms: number): string {
  const phase = phases(timeline).find((one) => one.fromMs <= ms && ms < one.toMs);
  return phase === undefined ? '' : phaseName(phase);
}

/** Where nothing was recorded: that it is so, and the way to where it goes on. */
function Hole({ timeline, player, at }: { timeline: Timeline; player: Player; at: number }): JSX.Element | null {
  const text = words().player;
  if (anythingAt(timeline, at)) return null;
  const next = nextRecorded(timeline, at);
  if (next === undefined) return <span class="meta">{text.hole}</span>;
  return (
    <Button size="sm" testid="player-skip" onClick={() => { player.seek(next); }}>
      {text.toNext(clockTime(timeline.began_utc_ms + next, timeline.zone))}
    </Button>
  );
}
