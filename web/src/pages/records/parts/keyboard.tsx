//! The keys of the player: what they do, and the list of them.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { type Choice, flipped } from '../../../core/player/choice';
import { type Act, actOf, isItsOwn } from '../../../core/player/keys';
import type { Player, PlayerState } from '../../../core/player/player';
import { rateBeside } from '../../../core/player/rates';
import { lanesOf, neighbour } from '../../../core/player/timeline';
import { Dialog } from '../../../ui/dialog';
import { useStops } from './transport';
import { texts } from './words';

const KEPT = 'assize.player.keys';

function kept(): boolean {
  try {
    return localStorage.getItem(KEPT) !== 'off';
  } catch {
    return true;
  }
}

function keep(on: boolean): void {
  try {
    localStorage.setItem(KEPT, on ? 'on' : 'off');
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

interface KeysOf {
  timeline: Timeline;
  made: { player: Player; state: PlayerState } | undefined;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

export interface Keys {
  /** For the frame of the player: keys work while the focus is inside. */
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly on: boolean;
  readonly setOn: (on: boolean) => void;
  readonly shown: boolean;
  readonly show: (shown: boolean) => void;
}

function isMeantElsewhere(event: KeyboardEvent): boolean {
  const at = event.target;
  if (!(at instanceof HTMLElement) || at.closest('dialog') !== null) return true;
  const type = at instanceof HTMLInputElement ? at.type : '';
  return isItsOwn(event.key, { tag: at.tagName.toLowerCase(), type, editable: at.isContentEditable, scrolls: at.tabIndex === 0 && at.scrollHeight > at.clientHeight });
}

export function useKeys({ timeline, made, choice, onChoice }: KeysOf): Keys {
  const [on, setOn] = useState(kept);
  const [shown, show] = useState(false);
  const stops = useStops(timeline);
  useEffect(() => { keep(on); }, [on]);
  const stop = (way: 'before' | 'after', atMs: number): number | undefined => neighbour(stops, atMs, way)?.ms;
  const run = (act: Act, { player, state }: { player: Player; state: PlayerState }): void => {
    const at = state.positionMs;
    switch (act.do) {
      case 'play': return state.playing ? player.pause() : player.play();
      case 'help': return show(true);
      case 'begin': return player.seek(0);
      case 'end': return player.seek(timeline.duration_ms);
      case 'before': case 'after': return player.seek(stop(act.do, at) ?? at);
      case 'move': return player.seek(at + act.ms);
      case 'frame': return player.step(act.way, choice.large);
      case 'rate': return player.setRate(rateBeside(state.rate, act.way));
      case 'mute': {
        const lane = lanesOf(timeline)[act.lane];
        if (lane !== undefined) onChoice({ ...choice, muted: flipped(choice.muted, lane.seat) });
      }
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const act = on && !event.defaultPrevented && made !== undefined ? actOf(event) : undefined;
    if (act === undefined || made === undefined || isMeantElsewhere(event)) return;
    event.preventDefault();
    run(act, made);
  };
  return { onKeyDown, on, setOn, shown, show };
}

/** Keys, each in a box, and what they do. */
function Line({ keys, what }: { keys: readonly string[]; what: string }): JSX.Element {
  return <tr><th scope="row">{keys.map((key) => <kbd key={key}>{key}</kbd>)}</th><td>{what}</td></tr>;
}

export function KeysHelp({ keys }: { keys: Keys }): JSX.Element {
  const text = texts();
  const { keyActs: acts, keyNames: names } = text;
  return (
    <Dialog title={text.keysTitle} act={text.close} testid="keys" onAct={() => { keys.show(false); }} onBack={() => { keys.show(false); }}>
      <p>{text.keysHow}</p>
      <table class="tight keys">
        <tbody>
          <Line keys={[names.space, 'K']} what={acts.play} />
          <Line keys={['J', 'L']} what={acts.large} />
          <Line keys={['←', '→']} what={acts.small} />
          <Line keys={[`${names.shift} ←`, `${names.shift} →`]} what={acts.large} />
          <Line keys={[',', '.']} what={acts.frame} />
          <Line keys={['<', '>']} what={acts.rate} />
          <Line keys={['B', 'N']} what={acts.event} />
          <Line keys={[names.home, names.end]} what={acts.ends} />
          <Line keys={['1', '…', '9']} what={acts.mute} />
          <Line keys={['?']} what={acts.help} />
        </tbody>
      </table>
      <label class="check body"><input type="checkbox" class="tick" checked={keys.on} data-testid="keys-on" onChange={(event) => { keys.setOn(event.currentTarget.checked); }} />{text.keysOn}</label>
    </Dialog>
  );
}
