//! Sessions and clocks as hooks of a page.

import { useSignal, type ReadonlySignal } from '@preact/signals';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { JoinAnswer } from '../core/api';
import { acquire, type Session, type Way } from './session';

const JOIN = 'assize.join';

/** The answer that the page where the code was typed left here; taken once. */
export function takeJoinAnswer(): JoinAnswer | null {
  const text = sessionStorage.getItem(JOIN);
  sessionStorage.removeItem(JOIN);
  try {
    return text === null ? null : (JSON.parse(text) as JoinAnswer);
  } catch {
    return null;
  }
}

/** The seat of a way in, for as long as the page is shown. `key` names the way: another key is another seat. */
export function useSession(key: string, way: () => Way): Session | null {
  const [session, setSession] = useState<Session | null>(null);
  const make = useMemo(() => way, [key]);
  useEffect(() => {
    const acquired = acquire(make());
    setSession(acquired.session);
    return acquired.release;
  }, [key]);
  return session;
}

/** The server's time in whole seconds, UTC ms. */
export function useNow(session: Session | null): ReadonlySignal<number> {
  const now = useSignal(Math.floor((session?.now() ?? Date.now()) / 1000) * 1000);
  useEffect(() => {
    if (!session) return;
    const tick = (): void => { now.value = Math.floor(session.now() / 1000) * 1000; };
    tick();
    const timer = setInterval(tick, 100);
    return () => clearInterval(timer);
  }, [session]);
  return now;
}
