//! Which pictures are shown and which seats are heard: a box for each.

import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Timeline } from '../../../core/api';
import { type Choice, flipped } from '../../../core/player/choice';
import { type Lane, lanesOf } from '../../../core/player/timeline';
import { audible } from '../../../core/player/voices';
import { Button } from '../../../ui/parts';
import { words } from '../../login/parts/words';
import { laneName } from './naming';
import { texts } from './words';

interface ChooseProps {
  id: string;
  timeline: Timeline;
  choice: Choice;
  onChoice: (choice: Choice) => void;
}

export function Choose({ id, timeline, choice, onChoice }: ChooseProps): JSX.Element {
  const text = texts();
  const lanes = useMemo(() => lanesOf(timeline), [timeline]);
  return (
    <section class="choose" id={id} aria-label={text.chooseTitle} data-testid="choose">
      {lanes.map((lane) => <Of key={lane.seat} lane={lane} choice={choice} onChoice={onChoice} />)}
      <Button size="sm" testid="choose-all" onClick={() => { onChoice({ ...choice, hidden: [], muted: [], solo: [] }); }}>{text.reset}</Button>
    </section>
  );
}

function Of({ lane, choice, onChoice }: Omit<ChooseProps, 'id' | 'timeline'> & { lane: Lane }): JSX.Element {
  const text = texts();
  const { devices } = words().player;
  const had = lane.tracks.filter((track) => track.segments.length > 0);
  const heard = audible(lane.seat, choice.muted, choice.solo);
  const hear = (): Choice => {
    // Who is not heard since another is heard alone is heard beside them.
    if (!heard && !choice.muted.includes(lane.seat)) return { ...choice, solo: [...choice.solo, lane.seat] };
    if (choice.solo.includes(lane.seat) && choice.solo.length > 1) return { ...choice, solo: flipped(choice.solo, lane.seat) };
    return { ...choice, muted: flipped(choice.muted, lane.seat) };
  };
  return (
    <fieldset>
      <legend>{laneName(lane)}</legend>
      {had.filter((track) => !track.audio).map((track) => (
        <label key={track.id} class="check body">
          <input type="checkbox" class="tick" checked={!choice.hidden.includes(track.id)} data-testid={`show-${track.id}`} onChange={() => { onChoice({ ...choice, hidden: flipped(choice.hidden, track.id) }); }} />
          {text.picture(devices[track.device] ?? track.device)}
        </label>
      ))}
      {had.some((track) => track.audio) && (
        <label class="check body">
          <input type="checkbox" class="tick" checked={heard} data-testid={`hear-${String(lane.seat)}`} onChange={() => { onChoice(hear()); }} />
          {text.hear}
        </label>
      )}
    </fieldset>
  );
}
