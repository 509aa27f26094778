//! Who is played in a rehearsal: everybody who takes part, has no account and is not of the court.

import type { Hearing, PlannedPerson } from '../../../core/api';
import type { PersonId, PointId, Role } from '../../../protocol/generated/signal';

/** One place that is played: a point with all who sit there, or somebody with a screen of their own. */
export interface Part {
  readonly way: { readonly point: PointId } | { readonly person: PersonId };
  readonly id: string;
  /** The point's name, if it is one. */
  readonly point: string | null;
  /** Whoever is seen: of several at a point the first who is no officer. */
  readonly name: string;
  readonly role: Role;
  /** The number on the identity papers, in the case file and on those of a stranger. */
  readonly number: string;
  readonly strange: string;
}

const COURT: ReadonlySet<Role> = new Set<Role>(['presiding_judge', 'panel_member', 'clerk']);
/** They watch, or report by a telephone that has no picture. */
const ASIDE: ReadonlySet<Role> = new Set<Role>(['observer', 'point_officer']);

/** Nobody has such a number: real ones do not begin with so many zeros. */
const numbered = (n: number, series: string): string => `${series} 000 ${String(n).padStart(3, '0')}`;

export function cast({ people, points }: Pick<Hearing, 'people' | 'points'>): Part[] {
  const at = points.flatMap((point) => {
    const here = people.filter((one) => one.point === point.id && !one.own_screen);
    const seen = here.find((one) => !ASIDE.has(one.role)) ?? here[0];
    return seen && here.every((one) => !COURT.has(one.role)) ? [{ way: { point: point.id }, id: point.id, point: point.name, seen }] : [];
  });
  const own = people.filter((one) => one.own_screen && one.account === null && !COURT.has(one.role) && !ASIDE.has(one.role));
  const alone = own.map((seen) => ({ way: { person: seen.id }, id: seen.id, point: null, seen }));
  return [...at, ...alone].map((part, n) => played(part, n + 1));
}

function played({ seen, ...part }: Pick<Part, 'way' | 'id' | 'point'> & { seen: PlannedPerson }, n: number): Part {
  return { ...part, name: seen.name, role: seen.role, number: numbered(n, '000'), strange: numbered(n, '999') };
}
