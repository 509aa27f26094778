//! A mark over all pictures of whoever only watches: a picture that leaves the screen says from whose screen it came
//! (Joint circular 05/2021: no photographs or copies of the screen).

import type { JSX } from 'preact';
import { isObserver } from '../../core/layout';
import { clockTime, day } from '../../i18n/format';
import type { View } from '../../protocol/generated/signal';

export function Mark({ view, now }: { view: View; now: number }): JSX.Element | null {
  if (!isObserver(view.me)) return null;
  const names = view.me.people.map((person) => person.name).filter((name) => name !== '');
  const who = [...names, view.me.point].filter((part) => part !== null).join(', ');
  const { zone } = view.hearing;
  return (
    <svg class="watermark" aria-hidden="true" data-testid="mark">
      <defs>
        <pattern id="mark" width="360" height="150" patternUnits="userSpaceOnUse" patternTransform="rotate(-20)">
          <text x="0" y="40">{who}</text>
          <text x="0" y="62">{clockTime(now, zone, false)} {day(now, zone)}</text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill="url(#mark)" />
    </svg>
  );
}
