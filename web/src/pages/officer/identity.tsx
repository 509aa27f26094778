//! Whether the people at the point are who they should be: one person a page.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { checked, nextToCheck } from '../../core/rollcall';
import { t } from '../../i18n';
import type { Identity, IdentityMethod } from '../../protocol/generated/signal';
import { words } from '../../ui/live/signals/words';
import { Button } from '../../ui/parts';
import type { TabProps } from '.';
import { Choice } from './choice';

export const RESULTS: readonly Identity[] = ['right', 'not_sure', 'wrong'];
export const METHODS: readonly IdentityMethod[] = ['papers', 'population_database', 'authority', 'known'];

export function Identities({ view, acts }: TabProps): JSX.Element {
  const { officer, rollCall, identities, methods } = words();
  const people = checked(view.charges);
  const [at, setAt] = useState(() => nextToCheck(people, -1));
  const [result, setResult] = useState<Identity | null>(null);
  const [method, setMethod] = useState<IdentityMethod>('papers');
  const person = people[at];
  if (!person?.id) return <h2 class="lead">{officer.nobody}</h2>;
  const { id } = person;
  const go = (to: number): void => {
    setAt((to + people.length) % people.length);
    setResult(null);
    setMethod('papers');
  };
  const confirm = async (): Promise<void> => {
    if (result && await acts.give({ type: 'check_identity', person: id, identity: result, method, note: null })) go(nextToCheck(people, at));
  };
  return (
    <>
      <p class="row between meta"><Button kind="text" size="sm" testid="person-before" onClick={() => go(at - 1)}>{officer.before}</Button><span>{officer.nth(at + 1, people.length)}</span><Button kind="text" size="sm" testid="person-after" onClick={() => go(at + 1)}>{officer.after}</Button></p>
      <div>
        <p class="who-role">{t().roles[person.role]}</p><h2 class="title" data-testid="to-check">{person.name}</h2>
        <p class="meta" data-testid="identity-known">{person.identity ? officer.known(identities[person.identity]) : rollCall.notChecked}</p>
      </div>
      <Choice name="result" legend={rollCall.result} value={result} options={RESULTS.map((value) => ({ value, text: value === 'not_sure' ? officer.notSure : identities[value] }))} onValue={setResult} />
      <Choice name="method" legend={rollCall.method} value={method} options={METHODS.map((value) => ({ value, text: methods[value] }))} onValue={setMethod} shown />
      <div class="p-foot"><Button kind="act" block disabled={result === null || acts.lost !== null || !view.acts.includes('roll_call')} testid="confirm-identity" onClick={() => void confirm()}>{officer.confirm}</Button></div>
    </>
  );
}
