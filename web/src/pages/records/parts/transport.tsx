//! Play, jump, step, speed, voices, and the clock. Every drag on the axis has a button here.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import type { Choice } from '../../../core/player/choice';
import { LARGE_MS } from '../../../core/player/keys';
import { placed } from '../../../core/player/ledger';
import type { Player, PlayerState } from '../../../core/player/player';
import { RATES } from '../../../core/player/rates';
import { anythingAt, listed, neighbour, nextRecorded, phases } from '../../../core/player/timeline';
import { VOICES, interpretation, interpreters } from '../../../core/player/voices';
import { clockTime, decimal, shortDay } from '../../../i18n/format';
import { Button, Icon } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { isCourse, phaseName, seatName } from './naming';
import { texts } from './words';

interface TransportProps {
  timeline: Timeline;
  player: Player;
  state: PlayerState;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  children: JSX.Element;
}

/** Events that "before" and "after" go to. */
export function useStops(timeline: Timeline): ReturnType<typeof placed> {
  return useMemo(() => listed(placed(timeline.events.filter(isCourse))), [timeline]);
}

export function Transport({ timeline, player, state, choice, onChoice, children }: TransportProps): JSX.Element {
  const text = words().player;
  const at = state.positionMs;
  const utc = timeline.began_utc_ms + at;
  const stops = useStops(timeline);
  const [before, after] = [neighbour(stops, at, 'before'), neighbour(stops, at, 'after')];
  return (
    <div class="transport">
      <Button aria-label={text.back} onClick={() => { player.seek(at - LARGE_MS); }}><Icon name="back" /><span class="num">10</span></Button>
      <Button kind="act" testid="player-play" aria-pressed={undefined} class="play" onClick={() => { if (state.playing) player.pause(); else player.play(); }} icon={state.playing ? 'pause' : 'play'}>
        {state.playing ? text.stop : text.play}
      </Button>
      <Button aria-label={text.forward} onClick={() => { player.seek(at + LARGE_MS); }}><Icon name="fwd" /><span class="num">10</span></Button>
      <Frames player={player} state={state} choice={choice} />
      <Button disabled={before === undefined} testid="player-before" onClick={() => { if (before) player.seek(before.ms); }}>{text.before}</Button>
      <Button disabled={after === undefined} testid="player-after" onClick={() => { if (after) player.seek(after.ms); }}>{text.after}</Button>
      <p class="row row-3 clock-row">
        <time class="clock" data-testid="player-clock" data-ms={Math.round(at)}>{clockTime(utc, timeline.zone)}</time>
        <span class="meta">{shortDay(utc, timeline.zone)} · {stateAt(timeline, at)}</span>
      </p>
      <label class="row meta">{text.speed}
        <select class="input rate" value={String(state.rate)} data-testid="player-rate" onChange={(event) => { player.setRate(Number(event.currentTarget.value)); }}>
          {RATES.map((rate) => <option key={rate} value={String(rate)} selected={rate === state.rate}>{decimal(rate, 2)}×</option>)}
        </select>
      </label>
      <div class="options">
        <Voices timeline={timeline} choice={choice} onChoice={onChoice} />
        {children}
        <label class="row meta"><input type="checkbox" class="tick" checked={state.skipping} onChange={(event) => { player.setSkipping(event.currentTarget.checked); }} />{text.skip}</label>
        <Hole timeline={timeline} player={player} at={at} />
        <p class="meta waiting" role="status">{state.waiting ? text.waiting : ''}</p>
      </div>
    </div>
  );
}

/** One picture on or back; while it plays there is no telling which that would be. */
function Frames({ player, state, choice }: { player: Player; state: PlayerState; choice: Choice }): JSX.Element {
  const text = texts();
  return (
    <span class="row frames" title={text.frameHow}>
      <Button aria-label={text.frameBack} disabled={state.playing} testid="player-frame-back" onClick={() => { player.step(-1, choice.large); }}><Icon name="left" />1</Button>
      <Button aria-label={text.frameForward} disabled={state.playing} testid="player-frame-forward" onClick={() => { player.step(1, choice.large); }}>1<Icon name="right" /></Button>
    </span>
  );
}

/** Only where somebody interpreted on a channel of their own. */
function Voices({ timeline, choice, onChoice }: { timeline: Timeline; choice: Choice; onChoice: (choice: Choice) => void }): JSX.Element | null {
  const text = texts();
  const who = useMemo(() => interpreters(timeline, interpretation(timeline)), [timeline]);
  if (who.length === 0) return null;
  return (
    <span class="row voices" role="group" aria-label={text.voice} title={text.interpretedBy(who.map((seat) => seatName(timeline, seat)).join(', '))}>
      {VOICES.map((voice) => (
        <Button key={voice} size="sm" aria-pressed={choice.voice === voice} title={text.voicesHow[voice]} testid={`voice-${voice}`} onClick={() => { onChoice({ ...choice, voice }); }}>{text.voices[voice]}</Button>
      ))}
    </span>
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
