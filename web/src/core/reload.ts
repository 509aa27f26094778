//! A page that could not be loaded is loaded again by itself: a kiosk has nobody who presses, and a request that was broken off
//! once mostly succeeds at once.

const KEY = 'assize.reloads';

/** Milliseconds before the next try, after so many. */
export function pause(tries: number): number {
  if (tries === 0) return 300;
  return tries < 4 ? 5_000 : 30_000;
}

export interface Surroundings {
  readonly kept: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  /** Whether the server answers: without it the browser's own page of errors would take this one's place. */
  readonly answers: () => Promise<boolean>;
  readonly reload: () => void;
}

export const browser = (): Surroundings => ({
  kept: sessionStorage,
  answers: () => fetch(location.href, { cache: 'no-store' }).then(({ ok }) => ok, () => false),
  reload: () => { location.reload(); },
});

/** The page is there. */
export function loaded({ kept }: Surroundings): void {
  kept.removeItem(KEY);
}

/** It is not. `tries` there were before; `stop` for whoever goes elsewhere. */
export function again({ kept, answers, reload }: Surroundings): { tries: number; stop: () => void } {
  const tries = Number(kept.getItem(KEY) ?? 0);
  kept.setItem(KEY, String(tries + 1));
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stopped = false;
  const wait = (n: number): void => {
    timer = setTimeout(() => {
      void answers().then((there) => {
        if (stopped) return;
        if (there) reload();
        else wait(n + 1);
      });
    }, pause(n));
  };
  wait(tries);
  return { tries, stop: () => { stopped = true; clearTimeout(timer); } };
}
