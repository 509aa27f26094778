//! Commands under way: each has a number and is answered by `done` or `refused`.

import type { Command, Refusal } from '../protocol/generated/signal';

/** The server's refusal, or the link broke before an answer came. */
export type Outcome = { readonly ok: true } | { readonly ok: false; readonly refusal: Refusal | null };

export class Commands {
  private next = 1;
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();

  /** Numbers `command` and hands it to `send`; `false` from there means that there is no link. */
  give(command: Command, send: (id: number, command: Command) => boolean): Promise<Outcome> {
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      if (!send(id, command)) this.settle(id, { ok: false, refusal: null });
    });
  }

  /** A number for another kind of request, so that answers never meet the wrong one. */
  mint(): number {
    return this.next++;
  }

  /** True if a command waited for this answer. */
  settle(id: number, outcome: Outcome): boolean {
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    resolve?.(outcome);
    return resolve !== undefined;
  }

  /** The link is gone: nobody knows what became of the rest. */
  abandon(): void {
    for (const id of [...this.waiting.keys()]) this.settle(id, { ok: false, refusal: null });
  }
}
