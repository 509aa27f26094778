//! Words for what was missed.

import type { Absence, Speaker } from '../../../core/missed';
import { catalogue, t } from '../../../i18n';
import { missed as english } from '../../../i18n/en/missed';
import { lasted } from '../../../i18n/format';
import { missed as vietnamese } from '../../../i18n/vi/missed';
import type { Procedure } from '../../../protocol/generated/signal';
import { phaseName } from '../course/words';

export const words = catalogue(vietnamese, english);

function named({ name, role, point, seconds }: Speaker): string {
  const who = [role === null ? '' : t().roles[role], name ?? point ?? (role === null ? words().somebody : '')].filter(Boolean).join(' ');
  return `${who} (${lasted(seconds * 1000)})`;
}

/** Phases and speakers of all spans, in sentences. */
export function happened(procedure: Procedure, spans: readonly Absence[]): string {
  const phases = [...new Set(spans.flatMap((span) => span.phases))].flatMap((id) => procedure.phases.filter((phase) => phase.id === id)).map(phaseName);
  const speakers = spans.flatMap((span) => span.speakers).map(named);
  return [phases.length > 0 && words().inPhases(phases.join(', ')), speakers.length > 0 && words().spoke(speakers.join(', '))].filter(Boolean).join(' ');
}
