//! What the court is to learn from a fault: what it should see now, and do.

import type { Lesson } from '../../../i18n/vi/rehearsal';
import type { Fault } from '../../../state/played';
import { words } from '../../../ui/rehearsal';

/** `limit`: seconds after which the session is held when a point is lost. */
export function lessonOf(fault: Fault, isPoint: boolean, limit: number): Lesson {
  const { lessons } = words();
  switch (fault) {
    case 'line': return isPoint ? lessons.linePoint(limit) : lessons.linePerson();
    case 'power': return isPoint ? lessons.powerPoint(limit) : lessons.powerPerson();
    case 'stranger': return lessons.stranger();
    case 'silent': return lessons.silent();
    case 'dark': return lessons.dark();
  }
}
