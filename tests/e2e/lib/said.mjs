// What a page has a screen reader say by itself.

/** Before the page's own scripts: what live regions say. A region that is not atomic says the paragraphs that changed. */
export function listen() {
  globalThis.said = [];
  const known = new Map();
  const text = (one) => one.textContent.replace(/\s+/g, ' ').trim();
  const look = () => {
    const regions = [...document.querySelectorAll('[role="status"], [role="alert"], [aria-live]')];
    const parts = regions.flatMap((one) => (one.getAttribute('aria-atomic') === 'false' ? [...one.children] : [one]));
    for (const part of known.keys()) if (!part.isConnected) known.delete(part);
    for (const part of parts) {
      if (text(part) !== (known.get(part) ?? '')) globalThis.said.push(text(part));
      known.set(part, text(part));
    }
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true });
}

/** What was said since the last call, without what became empty. */
export const heard = (page) => page.evaluate(() => globalThis.said.splice(0).filter(Boolean));

/** Waits until something that matches was said; returns everything that was said until a moment later. */
export async function untilSaid(page, pattern) {
  await page.waitForFunction((source) => globalThis.said.some((one) => new RegExp(source).test(one)), pattern.source);
  await page.waitForTimeout(300);
  return heard(page);
}

export const times = (all, pattern) => all.filter((one) => pattern.test(one)).length;
