//! While a point waits, its line is measured on the real way of picture and sound, losses included, and kept with its
//! readiness tests: once a hearing and page.

import { useEffect } from 'preact/hooks';
import { type Measured, api } from '../../core/api';
import { measured } from '../../core/network';
import { browserKind } from '../../core/support';
import type { Session } from '../../state/session';

/** A fresh estimate of the line says little: what comes before is left out, in s. */
const SETTLES = 10;
/** How many seconds are measured after that. */
const LASTS = 20;

export type Sample = ReturnType<typeof measured>;

const known = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null);
const mean = (values: readonly number[]): number | null => (values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length);

/** What samples of a second each come to; `undefined` if the way was never found. */
export function lineOf(samples: readonly Sample[]): NonNullable<Measured['line']> | undefined {
  const trips = known(samples.map((sample) => sample.mediaTrip)).sort((a, b) => a - b);
  const trip = trips[Math.floor(trips.length / 2)];
  if (trip === undefined) return undefined;
  // How much could be sent is not known from what is sent: the estimate stays below what is not asked for.
  return { way: 'media', trip_ms: trip, up_kbps: null, down_kbps: null, loss: mean(known(samples.map((sample) => sample.lost))) };
}

/** Measures once and hands the figures in; what cannot be handed in is lost, and the next wait measures anew. */
export function useLineReport(session: Session, device: string | null): void {
  useEffect(() => {
    if (device === null) return;
    const samples: Sample[] = [];
    let seconds = 0;
    const take = async (): Promise<void> => {
      const report = await session.upStats();
      if (session.upState.value !== 'connected' || report === null) return;
      seconds += 1;
      const entries: RTCStats[] = [];
      report.forEach((entry: RTCStats) => entries.push(entry));
      if (seconds > SETTLES) samples.push(measured(entries));
      if (seconds !== SETTLES + LASTS) return;
      clearInterval(timer);
      const line = lineOf(samples);
      if (line) await api.putTest({ line, sound: null, picture: null, device: browserKind(navigator.userAgent) }, { device }).catch(() => undefined);
    };
    const timer = setInterval(() => void take(), 1000);
    return () => { clearInterval(timer); };
  }, [session, device]);
}
