//! The roll call on the desk: everybody on the file, whether they are present and who they are; the clerk may report both.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { count, findings, rollCall, type Called, type Finding } from '../../core/rollcall';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { Identity, IdentityMethod, View } from '../../protocol/generated/signal';
import { Dialog } from '../dialog';
import { Button, SelectField } from '../parts';
import type { Acts } from './acts';
import { words } from './signals/words';
import { seatName } from './words';

const RESULTS: readonly Identity[] = ['right', 'not_sure', 'wrong'];
const METHODS: readonly IdentityMethod[] = ['papers', 'population_database', 'authority', 'known'];

/** What the check of somebody's papers gave, entered below their line. */
function Check({ called, acts, onDone }: { called: Called; acts: Acts; onDone: () => void }): JSX.Element {
  const { rollCall: text, identities, methods } = words();
  const [result, setResult] = useState<Identity>(called.person.identity ?? 'right');
  const [method, setMethod] = useState<IdentityMethod>('papers');
  const enter = (): void => {
    void acts.give({ type: 'check_identity', person: called.id, identity: result, method, note: null });
    onDone();
  };
  return (
    <tr class="roll-check">
      <td colSpan={4}>
        <div class="roll-fields">
          <SelectField label={text.result} value={result} options={RESULTS.map((value) => ({ value, label: identities[value] }))} onValue={(value) => setResult(value as Identity)} testid="roll-result" />
          <SelectField label={text.method} value={method} options={METHODS.map((value) => ({ value, label: methods[value] }))} onValue={(value) => setMethod(value as IdentityMethod)} testid="roll-method" />
          <Button disabled={acts.lost !== null} testid="roll-enter" onClick={enter}>{text.confirm}</Button>
        </div>
      </td>
    </tr>
  );
}

/** Who reported it and when, below what was reported. */
function Reported({ view, finding, how }: { view: View; finding: Finding | null; how?: string | undefined }): JSX.Element | null {
  if (finding === null) return null;
  const by = finding.by ? seatName(finding.by) : null;
  return <p class="meta roll-by">{[how, by].filter(Boolean).join(' · ')} <time>{clockTime(finding.at, view.hearing.zone)}</time></p>;
}

function Line({ view, called, acts }: { view: View; called: Called; acts: Acts }): JSX.Element {
  const { rollCall: text, identities, methods } = words();
  const [checking, setChecking] = useState(false);
  const { person, id, seat } = called;
  const name = person.name || t().unnamed;
  const found = findings(view, id);
  const choice = (is: boolean, label: string): JSX.Element => (
    <button type="button" aria-pressed={person.present === is} disabled={acts.lost !== null} data-testid={`roll-${is ? 'present' : 'absent'}-${id}`}
      onClick={() => { if (person.present !== is) void acts.give({ type: 'report_presence', person: id, present: is, note: null }); }}>{label}</button>
  );
  return (
    <>
      <tr data-testid={`roll-${id}`} data-present={person.present} data-identity={person.identity}>
        <td><span class="who-role">{t().roles[person.role]}</span><b>{name}</b></td>
        <td class="ink-2">{seat.point ?? text.own}</td>
        <td><div class="seg" role="group" aria-label={text.presenceOf(name)}>{choice(true, text.present)}{choice(false, text.absent)}</div><Reported view={view} finding={found.presence} /></td>
        <td>
          <span class={person.identity === 'not_sure' || person.identity === 'wrong' ? 'roll-found look strong' : 'roll-found'}>{person.identity ? identities[person.identity] : text.notChecked}</span>
          <Button size="sm" aria-expanded={checking} aria-label={text.checkOf(name)} testid={`roll-check-${id}`} onClick={() => setChecking(!checking)}>{text.check}</Button>
          <Reported view={view} finding={found.identity} how={found.method ? methods[found.method] : undefined} />
        </td>
      </tr>
      {checking && <Check called={called} acts={acts} onDone={() => setChecking(false)} />}
    </>
  );
}

/** Opens the list; what has been reported so far stands on the button. */
export function RollCall({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const { rollCall: text } = words();
  const [shown, setShown] = useState(false);
  if (!view.acts.includes('roll_call')) return null;
  const all = rollCall(view);
  const found = count(all.map(({ person }) => person));
  return (
    <>
      <Button block icon="users" testid="roll-call" onClick={() => setShown(true)}>{text.open(found.present, all.length)}</Button>
      {shown && (
        <Dialog title={text.title} act={text.shut} onAct={() => setShown(false)} onBack={() => setShown(false)} theme="paper" testid="roll" wide>
          <p class="ink-2" role="status">{text.summary(found.present, found.absent, found.open)}</p>
          {acts.trouble.value !== null && <p class="notice notice-look" role="alert">{acts.trouble.value}</p>}
          <table class="tight roll">
            <thead><tr><th>{text.person}</th><th>{text.place}</th><th>{text.presence}</th><th>{text.identity}</th></tr></thead>
            <tbody>{all.map((called) => <Line key={called.id} view={view} called={called} acts={acts} />)}</tbody>
          </table>
        </Dialog>
      )}
    </>
  );
}
