//! Giving commands from a screen: what is under way, and what was refused last.

import { useSignal, type ReadonlySignal } from '@preact/signals';
import type { Refusal } from '../../protocol/generated/signal';
import type { Command } from '../../protocol/generated/signal';
import { t } from '../../i18n';
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

export function useActs(session: Session): Acts {
  const busy = useSignal(false);
  const trouble = useSignal<string | null>(null);
  const refusal = useSignal<Refusal | null>(null);
  const give = async (...commands: Command[]): Promise<boolean> => {
    if (session.lost() !== null) {
      trouble.value = t().acts.offline;
      refusal.value = null;
      return false;
    }
    busy.value = true;
    trouble.value = null;
    refusal.value = null;
    const outcomes = await Promise.all(commands.map((command) => session.command(command)));
    busy.value = false;
    // Of several at once, what was so already is no trouble.
    const failed = outcomes.find((outcome) => !outcome.ok && !(commands.length > 1 && outcome.refusal?.code === 'already_so'));
    if (!failed || failed.ok) return true;
    trouble.value = outcomeText(failed);
    refusal.value = failed.refusal;
    return false;
  };
  return { lost: session.lost(), busy, trouble, refusal, give };
}
