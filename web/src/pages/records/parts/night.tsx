//! What the last night's verification of all records found, in a line; what is not intact by name.

import type { JSX } from 'preact';
import { type Night, api } from '../../../core/api';
import { clockTime, shortDay } from '../../../i18n/format';
import { Notice } from '../../../ui/parts';
import { useLoad } from '../../login/parts/load';
import { words } from '../../login/parts/words';

/** Nothing before the first night, and nothing if it cannot be asked for: the list is what somebody came for. */
export function LastNight({ zone }: { zone: string }): JSX.Element | null {
  const { now } = useLoad((signal) => api.nightly(signal), []);
  if (now.state !== 'ready' || now.value === null) return null;
  return <Told night={now.value} zone={zone} />;
}

function Told({ night, zone }: { night: Night; zone: string }): JSX.Element {
  const text = words().records.night;
  const moment = (at: string): string => `${clockTime(Date.parse(at), zone, false)} ${shortDay(Date.parse(at), zone)}`;
  const said = text.verified(moment(night.ended), night.verified, night.records);
  if (night.altered + night.unproved === 0) {
    return <p class="meta mt-3" data-testid="night">{said} {night.intact === night.records ? text.allIntact : text.soFar(night.intact)}</p>;
  }
  return (
    <Notice kind="look">
      <p data-testid="night">{said} <b>{night.altered > 0 && text.altered(night.altered)} {night.unproved > 0 && text.unproved(night.unproved)}</b></p>
      <ul>
        {night.named.map((one) => (
          <li key={one.id}><a href={`/records/${encodeURIComponent(one.id)}`}>{one.case}</a> · {shortDay(Date.parse(`${one.day}T12:00:00Z`), 'UTC')} · {one.result === null ? text.unread : words().records.results[one.result]}</li>
        ))}
      </ul>
    </Notice>
  );
}
