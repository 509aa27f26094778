//! When this computer's network is another one: it came back, or a cable became a wireless network.

/** What of `window` and `navigator` is used. */
export interface Around {
  addEventListener(type: 'online', listener: () => void): void;
  removeEventListener(type: 'online', listener: () => void): void;
  /** Where the browser tells the kind of network. Its event comes with every new estimate of speed as well. */
  readonly connection?: {
    readonly type?: string;
    addEventListener(type: 'change', listener: () => void): void;
    removeEventListener(type: 'change', listener: () => void): void;
  } | undefined;
}

function here(): Around {
  const { connection } = navigator as Navigator & Pick<Around, 'connection'>;
  return { addEventListener: addEventListener.bind(globalThis), removeEventListener: removeEventListener.bind(globalThis), connection };
}

export class NetworkChange {
  private kind: string | undefined;

  constructor(private readonly changed: () => void, private readonly around: () => Around = here) {}

  start(): void {
    const { connection, ...page } = this.around();
    this.kind = connection?.type;
    page.addEventListener('online', this.changed);
    connection?.addEventListener('change', this.look);
  }

  stop(): void {
    const { connection, ...page } = this.around();
    page.removeEventListener('online', this.changed);
    connection?.removeEventListener('change', this.look);
  }

  private readonly look = (): void => {
    const kind = this.around().connection?.type;
    if (kind === this.kind) return;
    this.kind = kind;
    // Without a network there is nothing to look for: `online` follows.
    if (kind !== 'none') this.changed();
  };
}
