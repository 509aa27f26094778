//! The lanes: for each seat what was recorded, what is missing, and when somebody spoke how loud.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { type Choice, flipped } from '../../../core/player/choice';
import { speech } from '../../../core/player/levels';
import { spokenBy } from '../../../core/player/rows';
import { type Lane, type LaneSpan, type Span, laneOf, lost, without } from '../../../core/player/timeline';
import { audible } from '../../../core/player/voices';
import type { Window } from '../../../core/player/window';
import { language, t } from '../../../i18n';
import { lasted } from '../../../i18n/format';
import { Button } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { laneName, lostText } from './naming';
import { isIn, place, pressed } from './place';
import { Wave } from './wave';

interface LaneProps {
  lane: Lane;
  timeline: Timeline;
  levels: Uint8Array | undefined;
  window: Window;
  choice: Choice;
  onChoice: (choice: Choice) => void;
  onSeek: (ms: number) => void;
  children: JSX.Element;
}

/** When somebody at the seat spoke: by the ledger, or by the levels where it does not tell. What was lost is drawn as lost. */
function useSpoken(timeline: Timeline, lane: Lane, levels: Uint8Array | undefined): readonly Span[] {
  return useMemo(() => {
    const told = timeline.events.some((event) => event.kind === 'spoke');
    const spoken = told || levels === undefined ? spokenBy(timeline, lane.seat) : speech(levels);
    return without(spoken, lost(lane.tracks.filter((track) => track.audio)).filter((one) => one.kind === 'lost'));
  }, [timeline, lane, levels]);
}

export function LaneRow({ lane, timeline, levels, window, choice, onChoice, onSeek, children }: LaneProps): JSX.Element {
  const text = words().player;
  const name = laneName(lane);
  const { muted, solo } = choice;
  const spoken = useSpoken(timeline, lane, levels);
  const spans = useMemo(() => laneOf(timeline, lane.tracks), [timeline, lane.seat]);
  const drawn = useMemo(() => (
    <>
      {spans.filter((one) => isIn(window, one)).map((one) => <LanePart key={`${one.kind}${String(one.fromMs)}`} part={one} window={window} />)}
      {levels === undefined
        ? spoken.filter((one) => isIn(window, one)).map((one) => <span key={one.fromMs} class="said" style={place(window, one.fromMs, one.toMs)} />)
        : <Wave levels={levels} spoken={spoken} window={window} />}
    </>
  ), [spans, spoken, levels, window, language.value]);
  return (
    <div class={audible(lane.seat, muted, solo) ? 'tl-row' : 'tl-row is-silent'} data-testid={`lane-${String(lane.seat)}`}>
      <div class="lane-head">
        <p><LaneTitle lane={lane} /></p>
        <Button size="sm" aria-pressed={muted.includes(lane.seat)} aria-label={text.mute(name)} testid={`lane-mute-${String(lane.seat)}`} onClick={() => { onChoice({ ...choice, muted: flipped(muted, lane.seat) }); }}>{text.muteShort}</Button>
        <Button size="sm" aria-pressed={solo.includes(lane.seat)} aria-label={text.solo(name)} testid={`lane-solo-${String(lane.seat)}`} onClick={() => { onChoice({ ...choice, solo: flipped(solo, lane.seat) }); }}>{text.soloShort}</Button>
      </div>
      <div class={levels === undefined ? 'lane' : 'lane has-wave'} onClick={(event) => { onSeek(pressed(event, window)); }}>
        {drawn}
        {children}
      </div>
    </div>
  );
}

/** The person with the role; a point with everyone at it in the tip. */
function LaneTitle({ lane }: { lane: Lane }): JSX.Element {
  const person = lane.people[0];
  if (lane.people.length === 1 && person !== undefined && person.name === lane.label) {
    return <><b>{person.name}</b> <span class="ink-2">{t().roles[person.role]}</span></>;
  }
  const people = lane.people.map((one) => `${t().roles[one.role]} ${one.name}`).join(', ');
  return <span title={people}><b>{laneName(lane)}</b> <span class="ink-2">{people}</span></span>;
}

function LanePart({ part, window }: { part: LaneSpan; window: Window }): JSX.Element {
  const style = place(window, part.fromMs, part.toMs);
  switch (part.kind) {
    case 'recorded': return <span class="rec" style={style} />;
    case 'by_law': return <span class="gap by-law" style={style} title={`${words().player.byLaw}, ${lasted(part.toMs - part.fromMs)}`} />;
    case 'lost': case 'partly': {
      const why = lostText(part);
      return <span class={part.kind === 'lost' ? 'gap gap-hatch' : 'gap gap-partly'} style={style} title={why}><span class="sr">{why}</span></span>;
    }
  }
}
