//! After the close: whether the record is sealed, asked of the records until it is.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { api } from '../../core/api';
import { SLOW_MINUTES, sealing, type Sealing } from '../../core/sealing';
import { t } from '../../i18n';
import { clockTime } from '../../i18n/format';
import type { View } from '../../protocol/generated/signal';

/** How often the records are asked, in ms. */
const ASK = 3000;

/** What is known of the sealing; a screen that may not read the records learns no more than that it goes on. */
function useSealing(view: View): Sealing {
  const [state, setState] = useState<Sealing>({ at: 'running' });
  useEffect(() => {
    const began = performance.now();
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      // A server that cannot be asked says nothing about the record.
      const asked = [api.records({ q: view.hearing.case }, abort.signal), api.hearing(view.hearing.id, abort.signal)] as const;
      const answered = await Promise.all(asked).catch(() => null);
      if (abort.signal.aborted) return;
      const found = answered && sealing(answered[0], view.hearing.id, answered[1], performance.now() - began);
      if (found) setState(found);
      if (found?.at !== 'sealed') timer = setTimeout(() => void ask(), ASK);
    };
    void ask();
    return () => { abort.abort(); clearTimeout(timer); };
  }, [view.hearing.id]);
  return state;
}

function said(state: Sealing, view: View): string {
  const words = t().acts;
  switch (state.at) {
    case 'sealed': return words.sealed(clockTime(state.utcMs, view.hearing.zone));
    case 'failed': return words.sealFailed(state.why);
    case 'unlisted': return words.sealedUnlisted(state.why);
    case 'slow': return words.notSealed(SLOW_MINUTES);
    case 'running': return words.closedHelp;
  }
}

export function Sealed({ view }: { view: View }): JSX.Element {
  const words = t().acts;
  const state = useSealing(view);
  const bad = state.at === 'slow' || state.at === 'failed' || state.at === 'unlisted';
  return (
    <section class={bad ? 'fault' : 'rest'} role="status" data-testid="sealing" data-at={state.at}>
      <p class="body strong">{words.closed}</p>
      <p class="body">{said(state, view)}</p>
    </section>
  );
}
