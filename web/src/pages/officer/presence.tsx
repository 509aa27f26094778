//! Who of the people at the point is in the room.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { reports } from '../../core/rollcall';
import { t } from '../../i18n';
import type { PersonId } from '../../protocol/generated/signal';
import { words } from '../../ui/live/signals/words';
import { words as suspension } from '../../ui/live/suspension/words';
import { Button } from '../../ui/parts';
import type { TabProps } from '.';

export function Presences({ view, acts }: TabProps): JSX.Element {
  const { officer, rollCall } = words();
  const [chosen, setChosen] = useState<ReadonlyMap<PersonId, boolean>>(new Map());
  const people = view.charges.flatMap((person) => (person.id === null ? [] : [{ ...person, id: person.id }]));
  const found = (id: PersonId, reported: boolean | null): boolean | null => chosen.get(id) ?? reported;
  const present = people.filter((person) => found(person.id, person.present) === true).length;
  const open = people.filter((person) => found(person.id, person.present) === null).length;
  const commands = reports(view.charges, chosen);
  const told = people.some((person) => person.present !== null);
  const report = async (): Promise<void> => {
    if (await acts.give(...commands)) setChosen(new Map());
  };
  return (
    <>
      <div><h2 class="title">{officer.whoIsHere}</h2><p class="body ink-2">{officer.seenAtOnce}</p></div>
      <ul>
        {people.map((person) => {
          const now = found(person.id, person.present);
          const choice = (is: boolean, text: string): JSX.Element => (
            <button type="button" aria-pressed={now === is} data-testid={`${is ? 'present' : 'absent'}-${person.id}`} onClick={() => setChosen(new Map(chosen).set(person.id, is))}>{text}</button>
          );
          return (
            <li key={person.id} class="pp">
              <p><span class="who-role">{t().roles[person.role]}</span><span class="nm">{person.name}</span>{typeof person.before?.present === 'boolean' && <span class="meta">{suspension().before} {person.before.present ? rollCall.present : rollCall.absent}</span>}</p>
              <div class="seg" role="group" aria-label={rollCall.presenceOf(person.name)}>{choice(true, rollCall.present)}{choice(false, rollCall.absent)}</div>
            </li>
          );
        })}
      </ul>
      <div class="p-foot">
        <p class="meta" role="status" data-testid="report-state">{commands.length > 0 || !told ? officer.notReported : officer.reported}{open > 0 && ` ${officer.notYet(open)}`}</p>
        <Button kind="act" block disabled={commands.length === 0 || acts.lost !== null || !view.acts.includes('roll_call')} testid="report" onClick={() => void report()}>{officer.report(present)}</Button>
      </div>
    </>
  );
}
