// How long it takes to be in. What is here runs in the page.

/** In the page: milliseconds from the press on *enter* to the first frame of somebody else that was decoded and shown. */
export function timeEntering() {
  let pressed = null;
  const seen = new WeakSet();
  addEventListener('click', (event) => {
    if (event.target.closest?.('[data-testid="enter"]')) pressed = performance.now();
  }, true);
  const look = () => {
    for (const video of document.querySelectorAll('video[data-track]:not([data-local])')) {
      if (seen.has(video)) continue;
      seen.add(video);
      video.requestVideoFrameCallback(() => { globalThis.__entered ??= { ms: Math.round(performance.now() - pressed), track: video.dataset.track }; });
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}
