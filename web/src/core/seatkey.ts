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

const HELD = 'assize.held';
/** As many as the server reads. */
const MOST_HELD = 8;

/** Tokens of the seats that this browser took by a code, newest first. Shown together with a code that is typed again,
 *  one of them tells that it is the same device; they outlive the tab and a crash of the browser. */
export class HeldSeats {
  constructor(private readonly storage: Storage) {}

  tokens(): readonly string[] {
    try {
      const held = JSON.parse(this.storage.getItem(HELD) ?? '[]') as unknown;
      return Array.isArray(held) ? held.filter((one): one is string => typeof one === 'string').slice(0, MOST_HELD) : [];
    } catch {
      return [];
    }
  }

  /** `next` takes the place of `former`, its predecessor. */
  keep(former: string | null, next: string): void {
    this.write([next, ...this.tokens().filter((one) => one !== former && one !== next)]);
  }

  forget(token: string): void {
    this.write(this.tokens().filter((one) => one !== token));
  }

  private write(tokens: readonly string[]): void {
    try {
      this.storage.setItem(HELD, JSON.stringify(tokens.slice(0, MOST_HELD)));
    } catch {
      // A full or forbidden storage costs the way back without asking, nothing else.
    }
  }
}
