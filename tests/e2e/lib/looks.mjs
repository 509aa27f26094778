// How a page looks and what is amiss with it: pictures in both languages, and what nobody may find.
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { CEILING } from './browser.mjs';
import { misfits } from './fits.mjs';
import { wrong } from './names.mjs';
import { act } from './people.mjs';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** Folders for pictures of every state, and for the few that are kept. */
const { ASSIZE_SHOTS: shots, ASSIZE_SCREENS: screens } = process.env;

/** Pictures that are kept show the screen, and a recording that is played on it, but not what a test's camera sends: noise does not compress. */
const quiet = (page, filter) => page.evaluate((value) => { for (const video of document.querySelectorAll('video:not(.exhibit-recording *)')) video.style.filter = value; }, filter);

async function taken(page, folder, name) {
  mkdirSync(folder, { recursive: true });
  await quiet(page, folder === screens ? 'contrast(0) brightness(0.5)' : '');
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
  await quiet(page, '');
}

/** The other language and back; the buttons behind a dialog are not to be pressed. */
async function inEnglish(page, picture) {
  await act(page, 'language').first().click();
  await page.waitForTimeout(150);
  await picture();
  await act(page, 'language').first().click();
}

/** A picture in both languages. Of those that are `kept` the Vietnamese one is, with `english` both are. */
export async function shot({ page }, name, kept = false, english = false) {
  const folders = [shots, kept && screens].filter(Boolean);
  if (folders.length === 0) return;
  await page.evaluate(() => document.fonts.ready);
  for (const folder of folders) await taken(page, folder, name);
  if (await page.locator('dialog[open]').count() > 0) return;
  const also = [shots, kept && english && screens].filter(Boolean);
  await inEnglish(page, async () => { for (const folder of also) await taken(page, folder, `${name}-en`); });
}

/** What axe finds. */
export async function found({ page }, name) {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary?.replace(/\s+/g, ' ')}`).join(' | ')}`);
}

/** What is amiss with a page: for everybody, and for those who see it small or hear it. */
export async function amiss(who, name) {
  return [...await found(who, name), ...await wrong(who.page, name), ...await misfits(who, name)];
}

/** Presses with the keyboard, wherever the focus was. What is disabled, or behind a dialog, takes no focus yet: it is waited for. */
export async function press(locator) {
  for (const end = Date.now() + CEILING; ;) {
    await locator.focus();
    if (await locator.evaluate((one) => one === document.activeElement)) break;
    if (Date.now() > end) throw new Error(`takes no focus: ${locator}`);
    await locator.page().waitForTimeout(50);
  }
  await locator.press('Enter');
}

/** Waits until what is shown has taken the focus where it does: after it is drawn, and at the latest 100 ms later (Preact's effects). */
export function settled(page) {
  return page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 150)))));
}

/** Shuts what asks for names after a signal, once it has taken the focus to its first button. */
export async function shutNames(page) {
  await act(page, 'names').waitFor();
  await settled(page);
  await press(act(page, 'names-shut'));
}

/** Goes there with the Tab key alone, from where the focus is, once it can take the focus. */
export async function reach(page, testid, { back = false } = {}) {
  if (!(testid instanceof RegExp)) await page.locator(`[data-testid="${testid}"]:not(:disabled):visible`).first().waitFor();
  for (let n = 0; n < 200; n++) {
    const at = await page.evaluate(() => document.activeElement?.dataset.testid ?? '');
    if (testid instanceof RegExp ? testid.test(at) : at === testid) return;
    await page.keyboard.press(back ? 'Shift+Tab' : 'Tab');
  }
  throw new Error(`not to be reached with the Tab key: ${testid}`);
}

/** Goes there with the Tab key and presses Enter. */
export async function keyed(page, testid) {
  await reach(page, testid);
  await page.keyboard.press('Enter');
}
