// Whether a page fits into its window.

/**
 * In the page: what is not to be seen whole: text beyond the sides of the window, or cut by something that clips it; and
 * the page itself, if it is wider than its window. What is meant for a screen reader alone is left out.
 */
export function cutText() {
  const cut = [];
  const wide = document.documentElement.scrollWidth - innerWidth;
  if (wide > 0) cut.push(`the page is ${wide} px wider than its window`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const clips = (style, axis) => style[`overflow${axis}`] !== 'visible';
  const whole = (box, parent) => {
    if (box.left < -1 || box.right > innerWidth + 1) return false;
    // What can be scrolled to is not cut, whatever clips that which scrolls.
    let scrolls = false;
    // A font's box is higher than its letters.
    const [top, bottom] = [box.top + box.height / 4, box.bottom - box.height / 4];
    for (let up = parent; up && up !== document.documentElement; up = up.parentElement) {
      const style = getComputedStyle(up), edge = up.getBoundingClientRect();
      if (clips(style, 'X') && (box.left < edge.left - 1 || box.right > edge.right + 1)) return false;
      if (style.overflowY === 'hidden' && !scrolls && (top < edge.top || bottom > edge.bottom)) return false;
      scrolls ||= style.overflowY === 'auto' || style.overflowY === 'scroll';
      if (style.position === 'fixed') break;
    }
    return true;
  };
  while (walker.nextNode()) {
    const { currentNode: node } = walker, { parentElement: parent } = node;
    // What has a tip says there what has no room: the parts of a time line are as long as what they stand for. A mark over the
    // whole page is a pattern, of which the letters are only the piece.
    if (!node.data.trim() || parent.closest('script, style, select, [hidden], .tl [title], svg pattern')) continue;
    let read = parent;
    while (read && !(getComputedStyle(read).clipPath !== 'none' || read.clientWidth === 1)) read = read.parentElement;
    if (read) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    if (![...range.getClientRects()].every((box) => box.width === 0 || whole(box, parent))) cut.push(`${parent.tagName.toLowerCase()}.${parent.className}: ${node.data.trim()}`);
  }
  return cut;
}

/** A phone, and the smallest screen that a court is likely to have. */
const WINDOWS = [{ width: 360, height: 740 }, { width: 1280, height: 800 }];

/** A window of this size, once the page is drawn in it, with every font that it needs there. */
export async function sized(page, size) {
  await page.setViewportSize(size);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => document.fonts.ready);
}

/** What is not to be seen whole in windows of these sizes, in both languages; then window and language are as they were. */
export async function misfits({ page }, name) {
  const size = page.viewportSize(), found = [];
  await page.evaluate(() => document.fonts.ready);
  for (let turn = 0; turn < 2; turn++) {
    for (const window of WINDOWS) {
      await sized(page, window);
      const language = await page.evaluate(() => document.documentElement.lang);
      found.push(...(await page.evaluate(cutText)).map((one) => `${name}, ${window.width} px, ${language}: ${one}`));
    }
    await page.locator('[data-testid="language"]').click();
  }
  await page.setViewportSize(size);
  return found;
}
