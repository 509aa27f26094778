//! Keeps a screen awake while it is shown. The browser lets go of the lock when the page is hidden.

export function keepAwake(): () => void {
  let held: WakeLockSentinel | null = null;
  let over = false;
  const ask = async (): Promise<void> => {
    if (over || document.visibilityState !== 'visible' || !('wakeLock' in navigator)) return;
    // Refused on low battery: the system's own settings must keep the screen on then.
    held = await navigator.wakeLock.request('screen').catch(() => null);
    if (over) await held?.release();
  };
  document.addEventListener('visibilitychange', ask);
  void ask();
  return () => {
    over = true;
    document.removeEventListener('visibilitychange', ask);
    void held?.release();
  };
}
