//! Words of the desk.

import type { Cause, LineState } from '../../../core/lines';
import { catalogue } from '../../../i18n';
import { desk as en } from '../../../i18n/en/desk';
import { desk as vi } from '../../../i18n/vi/desk';
import type { Continuity } from '../../../protocol/generated/signal';

export const words = catalogue(vi, en);

export function stepWord({ steps }: LineState): string {
  return steps === null ? words().line.unknown : words().line.steps[steps];
}

/** Effect, then what is being done. */
export function causeText(cause: Cause): { effect: string; doing: string } {
  const { line } = words();
  switch (cause.why) {
    case 'gone': return { effect: line.gone, doing: line.goneDoing };
    case 'still': return { effect: line.still(cause.pictures), doing: line.stillDoing };
    case 'lost_from': return { effect: line.lostFrom(cause.percent), doing: line.lostDoing };
    case 'lost_to': return { effect: line.lostTo(cause.percent), doing: line.lostDoing };
    case 'slow': return { effect: line.slow(cause.ms), doing: line.slowDoing };
  }
}

/** What a point lacks. */
export function lacks(found: Continuity): string {
  const { continuity } = words();
  return (['sees', 'hears', 'heard'] as const).filter((way) => found[way] === false).map((way) => continuity[way]).join(', ');
}
