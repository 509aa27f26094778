//! Giving commands from a screen: what is under way, and what was refused last.

import { useComputed, useSignal, type ReadonlySignal } from '@preact/signals';
import type { Refusal } from '../../protocol/generated/signal';
import type { Command } from '../../protocol/generated/signal';
import { t } from '../../i18n';
import type { Outcome } from '../../core/commands';
import type { Session } from '../../state/session';
import { outcomeText } from './words';

export interface Acts {
  /** Since when, UTC ms, the line is broken: no act can be done, and nothing in the view is sure. */
  readonly lost: number | null;
  /** True while a command waits for its answer. */
  readonly busy: ReadonlySignal<boolean>;
  /** What to say of the last act that was not done. */
  readonly trouble: ReadonlySignal<string | null>;
  readonly refusal: ReadonlySignal<Refusal | null>;
  give(...commands: Command[]): Promise<boolean>;
}

/** What to say of an act that was not done. `staff`: see `refusalText`. */
export function troubleText(failure: Outcome | 'offline' | null, staff: boolean): string | null {
  if (failure === 'offline') return t().acts.offline;
  return failure && outcomeText(failure, staff);
}

function refusalIn(failure: Outcome | 'offline' | null): Refusal | null {
  return failure === null || failure === 'offline' || failure.ok ? null : failure.refusal;
}

export function useActs(session: Session): Acts {
  const busy = useSignal(false);
  // What was not done is kept, not its text: that is in the language of the screen whenever it is read.
  const failure = useSignal<Outcome | 'offline' | null>(null);
  const trouble = useComputed(() => troubleText(failure.value, session.staff));
  const refusal = useComputed(() => refusalIn(failure.value));
  const give = async (...commands: Command[]): Promise<boolean> => {
    if (session.lost() !== null) {
      failure.value = 'offline';
      return false;
    }
    busy.value = true;
    failure.value = null;
    const outcomes = await Promise.all(commands.map((command) => session.command(command)));
    busy.value = false;
    // Of several at once, what was so already is no trouble.
    const failed = outcomes.find((outcome) => !outcome.ok && !(commands.length > 1 && outcome.refusal?.code === 'already_so'));
    if (!failed) return true;
    failure.value = failed;
    return false;
  };
  return { lost: session.lost(), busy, trouble, refusal, give };
}
