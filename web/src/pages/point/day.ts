//! What comes next in this room today: times only. A point's screen is seen by people of one case, and names nobody of
//! another.

import { useEffect, useState } from 'preact/hooks';
import { type Docket, api } from '../../core/api';

/** Where a device keeps its credential. */
export const CREDENTIAL = 'assize.device';
/** How often the day is asked for, in ms. */
const ASK_AGAIN = 60_000;

/** Starts of today's hearings that have not begun, or go on in another sitting, and come after this one (RFC 3339), in order. */
export function later(docket: Docket | undefined, after: string | undefined): readonly number[] {
  const own = after === undefined ? -Infinity : Date.parse(after);
  const open = (docket?.hearings ?? []).filter(({ state }) => ['scheduled', 'waiting', 'suspended', 'postponed'].includes(state));
  return open.map(({ starts }) => Date.parse(starts)).filter((starts) => starts > own).sort((a, b) => a - b);
}

/** The day of the point whose device this is, as last heard. */
export function useDocket(device: string | null): Docket | undefined {
  const [docket, setDocket] = useState<Docket | undefined>();
  useEffect(() => {
    if (device === null) return;
    const abort = new AbortController();
    const ask = (): void => {
      // What does not come now is asked for again; the room waits for its own hearing meanwhile.
      api.docket(device, abort.signal).then(setDocket, () => undefined);
    };
    ask();
    const timer = setInterval(ask, ASK_AGAIN);
    return () => { clearInterval(timer); abort.abort(); };
  }, [device]);
  return docket;
}
