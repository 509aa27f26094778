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
      const records = await api.records({ q: view.hearing.case }, abort.signal).catch(() => null);
      if (abort.signal.aborted) return;
      const found = records === null ? null : sealing(records, view.hearing.id, performance.now() - began);
      if (found) setState(found);
      if (found?.at !== 'sealed') timer = setTimeout(() => void ask(), ASK);
    };
    void ask();
    return () => { abort.abort(); clearTimeout(timer); };
  }, [view.hearing.id]);
  return state;
}

export function Sealed({ view }: { view: View }): JSX.Element {
  const words = t().acts;
  const state = useSealing(view);
  const text = state.at === 'sealed' ? words.sealed(clockTime(state.utcMs, view.hearing.zone)) : state.at === 'slow' ? words.notSealed(SLOW_MINUTES) : words.closedHelp;
  return (
    <section class={state.at === 'slow' ? 'fault' : 'rest'} role="status" data-testid="sealing" data-at={state.at}>
      <p class="body strong">{words.closed}</p>
      <p class="body">{text}</p>
    </section>
  );
}
