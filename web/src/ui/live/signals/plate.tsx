//! One person's plate below a point's picture: what they have said by a button, and whether it is they who speak. Whoever
//! may say who speaks does so by pressing it.

import type { JSX } from 'preact';
import { raisedBy } from '../../../core/signals';
import { t } from '../../../i18n';
import type { PersonView, SeatView, SignalView, View } from '../../../protocol/generated/signal';
import { Icon } from '../../parts';
import type { Acts } from '../acts';
import { iconOf, words } from './words';

/** The icons of what somebody has said, with its words for those who do not see them. */
export function Raised({ signals }: { signals: readonly SignalView[] }): JSX.Element {
  return <>{signals.map((signal) => <i key={signal.id} class={`i i-${iconOf(signal.kind)} i-16 raised`} role="img" aria-label={words().kinds[signal.kind]} />)}</>;
}

interface PlateProps {
  view: View;
  seat: SeatView;
  person: PersonView;
  acts: Acts;
}

export function Plate({ view, seat, person, acts }: PlateProps): JSX.Element {
  const raised = raisedBy(view, seat, person);
  const names = ['plate', raised.length > 0 && 'plate-signal', person.speaking && 'plate-speaks'].filter(Boolean).join(' ');
  const name = person.name || t().unnamed;
  const inside = (
    <>
      <span class="who-role">{t().roles[person.role]} <Raised signals={raised} />{person.speaking && <span class="plate-mark"><Icon name="speaker" size={16} /><span class="mark-word">{words().speaking}</span></span>}</span>
      <span class="who-name">{name}</span>
    </>
  );
  const several = seat.people.length > 1 && seat.room === 'courtroom';
  if (!several || person.id === null || !view.acts.includes('name_speaker')) return <p class={names}>{inside}</p>;
  const press = (): void => void acts.give({ type: 'name_speaker', seat: seat.seat, person: person.speaking ? null : person.id });
  return (
    <button type="button" class={names} aria-pressed={person.speaking} disabled={acts.lost !== null} title={words().nameSpeaker(name)} data-testid={`speaker-${seat.seat}-${person.id}`} onClick={press}>{inside}</button>
  );
}
