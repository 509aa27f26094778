//! What brings a page back to its seat after a reload or a restart of the server: the resume token, kept where the
//! page's life calls for it: a kiosk for good, a person's tab as long as the tab.

export interface KeptSeat {
  readonly hearing: string;
  readonly token: string;
}

const PREFIX = 'assize.seat.';

/** `scope`: which seat of this browser, for example `party` or `bench.<hearing>`. */
export class SeatKey {
  constructor(private readonly scope: string, private readonly storage: Storage) {}

  read(): KeptSeat | null {
    try {
      const kept = JSON.parse(this.storage.getItem(PREFIX + this.scope) ?? 'null') as Partial<KeptSeat> | null;
      return kept && typeof kept.token === 'string' && typeof kept.hearing === 'string' ? { hearing: kept.hearing, token: kept.token } : null;
    } catch {
      return null;
    }
  }

  keep(seat: KeptSeat): void {
    try {
      this.storage.setItem(PREFIX + this.scope, JSON.stringify(seat));
    } catch {
      // A full or forbidden storage costs the way back after a reload, nothing else.
    }
  }

  forget(): void {
    try {
      this.storage.removeItem(PREFIX + this.scope);
    } catch {
      // Nothing was kept then.
    }
  }
}
