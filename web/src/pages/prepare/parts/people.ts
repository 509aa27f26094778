//! What a plan says about its people and points, in words.

import type { Hearing, PlannedPerson } from '../../../core/api';
import { t } from '../../../i18n';
import type { SessionState } from '../../../protocol/generated/signal';
import type { BadgeKind } from '../../../ui/parts';
import { words } from '../../login/parts/words';

export function judgeOf(hearing: Hearing): string | undefined {
  return hearing.people.find((person) => person.role === 'presiding_judge')?.name;
}

export function procedureName(name: string): string {
  return words().form.procedures[name] ?? name;
}

/** `Bị cáo Lục Văn Sơn, Cán bộ điểm cầu Trần Văn A`. */
export function peopleText(people: readonly PlannedPerson[]): string {
  return people.map((person) => `${t().roles[person.role]} ${person.name}`).join(', ');
}

export function stateBadge(state: SessionState): BadgeKind {
  switch (state) {
    case 'in_session': return 'session';
    case 'held': return 'held';
    case 'scheduled': case 'closed': return 'quiet';
    case 'waiting': case 'paused': case 'suspended': case 'postponed': return 'plain';
  }
}
