//! The plan's tables: points with their people and devices; people with their codes.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type EnrolmentOffer, type Hearing, type PlannedPerson, type PlannedPoint, type ReadinessTest, type Sheets, api, calendarUrl } from '../../../core/api';
import { t } from '../../../i18n';
import { clockTime, shortDay } from '../../../i18n/format';
import { Dialog } from '../../../ui/dialog';
import { Badge, Button } from '../../../ui/parts';
import { findingOf } from '../../check/figures';
import { testing } from '../../check/words';
import { Refused } from '../../login/parts/gate';
import { words } from '../../login/parts/words';
import { useAct } from './act';
import { SheetsDialog } from './sheets';
import { LinkDialog } from './shown-once';
import { peopleText } from './people';
import { preparing } from './words';

/** `21/11/2026 14:03`. */
export function moment(at: string, zone: string): string {
  const ms = Date.parse(at);
  return `${shortDay(ms, zone)} ${clockTime(ms, zone, false)}`;
}

interface PointsProps {
  hearing: Hearing;
  /** The latest of each point that has one. */
  tests: readonly ReadinessTest[];
  equips: boolean;
  invites: boolean;
  again: () => void;
}

export function Points({ hearing, tests, equips, invites, again }: PointsProps): JSX.Element {
  const text = words();
  const { busy, problem, run } = useAct<EnrolmentOffer>();
  const [offer, setOffer] = useState<{ point: PlannedPoint; offer: EnrolmentOffer } | undefined>();
  const away = hearing.people.filter((person) => person.point === null);
  return (
    <>
      <Refused problem={problem} />
      <table class="pt mt-1">
        <thead><tr><th scope="col">{text.plan.point}</th><th scope="col">{text.plan.people}</th><th scope="col">{testing().column}</th><th scope="col" class="r">{text.plan.device}</th></tr></thead>
        <tbody>
          {hearing.points.map((point) => (
            <tr key={point.id} data-testid="point-row" data-point={point.id}>
              <td><b>{point.name}</b><br /><span class="meta">{text.pointKinds[point.kind]}</span>{invites && <><br /><a class="meta no-print" href={calendarUrl(hearing.id, { point: point.id })} download aria-label={preparing().invitations.calendarFor(point.name)}>{preparing().invitations.calendar}</a></>}</td>
              <td>{peopleText(hearing.people.filter((person) => person.point === point.id)) || <span class="ink-2">{text.plan.noneAtPoint}</span>}</td>
              <td><Tested point={point} test={tests.find((test) => test.point === point.id)} zone={hearing.court.zone} /></td>
              <td class="r acts">
                {point.enrolled ? <Badge>{text.plan.enrolled}</Badge> : <Badge kind="look" icon="alert">{text.plan.notEnrolled}</Badge>}
                {equips && (
                  <><br /><Button kind="text" size="sm" class="no-print" disabled={busy} aria-label={text.plan.enrolFor(point.name)} testid={`enrol-${point.kind}`}
                    onClick={() => { run(() => api.enrolmentLink(point.id), (made) => { setOffer({ point, offer: made }); }); }}>{text.plan.enrol}</Button></>
                )}
              </td>
            </tr>
          ))}
          {away.length > 0 && <tr><td><b>{text.plan.elsewhere}</b></td><td colSpan={3}>{peopleText(away)}</td></tr>}
        </tbody>
      </table>
      {offer && <LinkDialog point={offer.point.name} offer={offer.offer} until={moment(offer.offer.expires, hearing.court.zone)} onClose={() => { setOffer(undefined); again(); }} />}
    </>
  );
}

/** The latest readiness test of a point, which leads to its reports. */
function Tested({ point, test, zone }: { point: PlannedPoint; test: ReadinessTest | undefined; zone: string }): JSX.Element {
  const text = testing();
  const worst = test?.verdicts.find((verdict) => verdict.level === test.level);
  const said = test === undefined ? text.never : test.level === 'good' ? text.levels.good : findingOf(worst?.code ?? '')[0];
  return (
    <a class="tested" href={`/readiness/${point.id}`} aria-label={`${text.of(point.name)}: ${said}`} data-testid={`tested-${point.kind}`}>
      <span class={test?.level === 'look' ? 'look strong' : undefined}>{said}</span>{test && <><br /><time class="meta">{moment(test.at, zone)}</time></>}
    </a>
  );
}

/** Who acts for the court or has an account logs in: a calendar file is all they need. */
function isInvited(person: PlannedPerson): boolean {
  return person.account === null && person.role !== 'presiding_judge' && person.role !== 'clerk';
}

export function Codes({ hearing, invites, again }: { hearing: Hearing; invites: boolean; again: () => void }): JSX.Element {
  const text = words();
  const own = preparing().invitations;
  const { busy, problem, run } = useAct<Sheets>();
  const [made, setMade] = useState<Sheets | undefined>();
  const [replaces, setReplaces] = useState<PlannedPerson | undefined>();
  if (hearing.people.length === 0) return <p class="body ink-2 mt-1">{text.plan.noneAtPoint}</p>;
  const issue = (people: readonly PlannedPerson[]): void => { run(() => api.invitations(hearing.id, people.map((person) => person.id)), setMade); };
  const invited = hearing.people.filter(isInvited);
  const without = invited.filter((person) => person.code_given === null);
  const close = (): void => { setMade(undefined); again(); };
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
                  {isInvited(person) && (
                    <><Button size="sm" disabled={busy} aria-label={own.oneFor(person.name)} testid={`invite-${String(n)}`}
                      onClick={() => { if (person.code_given === null) issue([person]); else setReplaces(person); }}>
                      {person.code_given === null ? own.one : own.again}
                    </Button><br /></>
                  )}
                  <a class="btn btn-text btn-sm" href={calendarUrl(hearing.id, { person: person.id })} download aria-label={own.calendarFor(person.name)} data-testid={`calendar-${String(n)}`}>{own.calendar}</a>
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
      {invites && (
        <div class="mt-3 no-print">
          {without.length > 0 ? <Button icon="print" disabled={busy} testid="invite-all" onClick={() => { issue(without); }}>{own.all(without.length)}</Button> : <p class="body ink-2">{own.none}</p>}
          {without.length > 0 && without.length < invited.length && <p class="meta mt-1">{own.allHow}</p>}
        </div>
      )}
      {replaces && (
        <Dialog title={own.againTitle(replaces.name)} act={own.again} back={own.againNot} testid="replace-code"
          onAct={() => { setReplaces(undefined); issue([replaces]); }} onBack={() => { setReplaces(undefined); }}>{own.againHow}</Dialog>
      )}
      {made && <SheetsDialog hearing={hearing} made={made} onClose={close} />}
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
