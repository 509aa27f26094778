//! Who of several at the point's camera speaks: one tap.

import type { JSX } from 'preact';
import { sharedSeat } from '../../core/rollcall';
import { t } from '../../i18n';
import type { PersonId } from '../../protocol/generated/signal';
import { words } from '../../ui/live/signals/words';
import { Icon } from '../../ui/parts';
import type { TabProps } from '.';

export function Speaker({ view, acts }: TabProps): JSX.Element {
  const { officer } = words();
  const seat = sharedSeat(view);
  const title = <h2 class="title">{officer.whoSpeaks}</h2>;
  if (!view.acts.includes('name_speaker') || view.me.room !== 'courtroom') return <div>{title}<p class="body ink-2">{officer.notIn}</p></div>;
  if (!seat) {
    const alone = view.seats.some((one) => one.point !== null && one.point === view.me.point);
    return <div>{title}<p class="body ink-2">{alone ? officer.onlyOne : officer.notIn}</p></div>;
  }
  const name = (person: PersonId | null): void => void acts.give({ type: 'name_speaker', seat: seat.seat, person });
  const nobody = !seat.people.some((person) => person.speaking);
  return (
    <>
      <div>{title}<p class="body ink-2">{officer.tapName}</p></div>
      <div class="p-speakers" role="group" aria-label={officer.whoSpeaks}>
        {seat.people.map((person) => person.id !== null && (
          <button key={person.id} type="button" class="btn btn-block" aria-pressed={person.speaking} disabled={acts.lost !== null} data-testid={`speaks-${person.id}`} onClick={() => name(person.id)}>
            <span class="grow"><span class="who-role">{t().roles[person.role]}</span><span class="nm">{person.name}</span></span>
            {person.speaking && <Icon name="speaker" size={24} />}
          </button>
        ))}
        <button type="button" class="btn btn-block" aria-pressed={nobody} disabled={acts.lost !== null} data-testid="speaks-nobody" onClick={() => { if (!nobody) name(null); }}>{officer.noOne}</button>
      </div>
    </>
  );
}
