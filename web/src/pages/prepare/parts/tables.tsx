//! The plan's tables: points with their people and devices; people with their codes.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type EnrolmentOffer, type Hearing, type Invitation, type PlannedPerson, type PlannedPoint, type Problem, api } from '../../../core/api';
import { t } from '../../../i18n';
import { clockTime, shortDay } from '../../../i18n/format';
import { Badge, Button } from '../../../ui/parts';
import { Refused } from '../../login/parts/gate';
import { problemIn } from '../../../ui/problems';
import { sentToLogin } from '../../login/parts/problems';
import { words } from '../../login/parts/words';
import { CodeDialog, LinkDialog } from './shown-once';
import { peopleText } from './people';

/** `21/11/2026 14:03`. */
export function moment(at: string, zone: string): string {
  const ms = Date.parse(at);
  return `${shortDay(ms, zone)} ${clockTime(ms, zone, false)}`;
}

/** Who presides, keeps the desk or has an account logs in, and gets no code. */
function comesByAccount(person: PlannedPerson): boolean {
  return person.account !== null || person.role === 'presiding_judge' || person.role === 'clerk';
}

/** One act at a time, its refusal kept until the next. */
function useAct<T>(): { busy: boolean; problem: Problem | undefined; run: (act: () => Promise<T>, then: (value: T) => void) => void } {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>();
  const run = (act: () => Promise<T>, then: (value: T) => void): void => {
    if (busy) return;
    setBusy(true);
    setProblem(undefined);
    act().then(then, (error: unknown) => {
      const found = problemIn(error);
      if (!sentToLogin(found)) setProblem(found);
    }).finally(() => { setBusy(false); });
  };
  return { busy, problem, run };
}

export function Points({ hearing, equips, again }: { hearing: Hearing; equips: boolean; again: () => void }): JSX.Element {
  const text = words();
  const { busy, problem, run } = useAct<EnrolmentOffer>();
  const [offer, setOffer] = useState<{ point: PlannedPoint; offer: EnrolmentOffer } | undefined>();
  const away = hearing.people.filter((person) => person.point === null);
  return (
    <>
      <Refused problem={problem} />
      <table class="pt mt-1">
        <thead><tr><th scope="col">{text.plan.point}</th><th scope="col">{text.plan.people}</th><th scope="col" class="r">{text.plan.device}</th></tr></thead>
        <tbody>
          {hearing.points.map((point) => (
            <tr key={point.id} data-testid="point-row" data-point={point.id}>
              <td><b>{point.name}</b><br /><span class="meta">{text.pointKinds[point.kind]}</span></td>
              <td>{peopleText(hearing.people.filter((person) => person.point === point.id)) || <span class="ink-2">{text.plan.noneAtPoint}</span>}</td>
              <td class="r acts">
                {point.enrolled ? <Badge>{text.plan.enrolled}</Badge> : <Badge kind="look" icon="alert">{text.plan.notEnrolled}</Badge>}
                {equips && (
                  <><br /><Button kind="text" size="sm" class="no-print" disabled={busy} aria-label={text.plan.enrolFor(point.name)} testid={`enrol-${point.kind}`}
                    onClick={() => { run(() => api.enrolmentLink(point.id), (made) => { setOffer({ point, offer: made }); }); }}>{text.plan.enrol}</Button></>
                )}
              </td>
            </tr>
          ))}
          {away.length > 0 && <tr><td><b>{text.plan.elsewhere}</b></td><td colSpan={2}>{peopleText(away)}</td></tr>}
        </tbody>
      </table>
      {offer && <LinkDialog point={offer.point.name} offer={offer.offer} until={moment(offer.offer.expires, hearing.court.zone)} onClose={() => { setOffer(undefined); again(); }} />}
    </>
  );
}

export function Codes({ hearing, invites, again }: { hearing: Hearing; invites: boolean; again: () => void }): JSX.Element {
  const text = words();
  const { busy, problem, run } = useAct<Invitation>();
  const [made, setMade] = useState<{ person: PlannedPerson; invitation: Invitation } | undefined>();
  if (hearing.people.length === 0) return <p class="body ink-2 mt-1">{text.plan.noneAtPoint}</p>;
  return (
    <>
      <Refused problem={problem} />
      <table class="pt mt-1">
        <thead><tr><th scope="col">{text.plan.person}</th><th scope="col">{text.plan.entry}</th>{invites && <th class="no-print"><span class="sr">{text.plan.invite}</span></th>}</tr></thead>
        <tbody>
          {hearing.people.map((person, n) => (
            <tr key={person.id} data-testid="person-row" data-person={person.id}>
              <td><span class="who-role">{t().roles[person.role]}</span><b class="who-name">{person.name}</b></td>
              <td>{entryOf(person, hearing)}</td>
              {invites && (
                <td class="r acts no-print">
                  {person.own_screen && !comesByAccount(person) && (
                    <Button size="sm" disabled={busy} aria-label={text.plan.inviteFor(person.name)} testid={`invite-${String(n)}`}
                      onClick={() => { run(() => api.invite(hearing.id, person.id), (invitation) => { setMade({ person, invitation }); }); }}>
                      {person.code_given === null ? text.plan.invite : text.plan.inviteAgain}
                    </Button>
                  )}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {made && <CodeDialog hearing={hearing} person={made.person} invitation={made.invitation} onClose={() => { setMade(undefined); again(); }} />}
    </>
  );
}

function entryOf(person: PlannedPerson, { court, state }: Hearing): JSX.Element {
  const text = words().plan;
  if (!person.own_screen) return <span class="ink-2">{text.byPoint}</span>;
  const code = person.code_given === null ? undefined : text.codeGiven(moment(person.code_given, court.zone));
  if (person.account !== null) return <>{text.byAccount(person.account)}{code && <><br /><span class="meta">{code}</span></>}</>;
  // Codes end with the hearing: that one is missing then is as it should be.
  if (state === 'closed') return <span class="ink-2">{text.codeOver}</span>;
  return code === undefined ? <span class="look strong">{text.codeNone}</span> : <>{code}</>;
}
