// What a screen reader says by itself in a hearing and how often, and where the focus goes. Names and headings of the pages
// around it are looked at where those are visited, in devices.test.mjs.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { misfits } from './lib/fits.mjs';
import { wrong } from './lib/names.mjs';
import { listen, times, untilSaid } from './lib/said.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';

const OPTIONS = { timeout: 180_000 };
const court = courtForTests();
let judge, counsel;

const focused = (page) => page.evaluate(() => document.activeElement?.dataset.testid ?? document.activeElement?.className ?? null);

before(async () => {
  [judge, counsel] = await Promise.all([openBench(court, { scripts: [listen] }), openChromium({ id: 3, scripts: [listen] })]);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await act(counsel.page, 'waiting-room').waitFor();
  // Who takes part is told beforehand that the court's server sees and hears everything.
  assert.match(await counsel.page.locator('body').innerText(), /không mã hóa đầu cuối/);
});

test('in session every control has a name; a change of state is said once, and no time that runs on', OPTIONS, async () => {
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await untilState(counsel.page, 'in_session');
  assert.deepEqual([...await wrong(judge.page, 'bench'), ...await wrong(counsel.page, 'party')], []);
  const pages = [judge.page, counsel.page];
  const seat = (await judge.page.locator('[data-testid^="seat-"]', { hasText: 'Lê Thu Hà' }).getAttribute('data-testid')).split('-')[1];
  const all = [];
  const once = async (page, pattern) => {
    const said = await untilSaid(page, pattern);
    all.push(...said);
    assert.equal(times(said, pattern), 1, said.join(' | '));
    assert.ok(times(said, /Mọi micrô đã tắt/) <= 1, said.join(' | '));
  };
  await Promise.all(pages.map((page) => once(page, /Đang xét xử/)));
  await act(judge.page, `act-mutelock-${seat}`).click();
  await once(counsel.page, /Tòa án đã khóa micrô này/);
  await act(judge.page, `act-unmute-${seat}`).click();
  for (const [button, pattern] of [['act-pause', /tạm nghỉ/i], ['act-resume', /Đang xét xử/], ['act-hold', /dừng chờ/i]]) {
    await act(judge.page, button).click();
    await Promise.all(pages.map((page) => once(page, pattern)));
  }
  // Clocks run, and the recorder says every few seconds how far it has read back: that is to be read, not to be said.
  assert.deepEqual(all.filter((one) => /\d\d:\d\d/.test(one)), []);
  assert.deepEqual([...await misfits(judge, 'bench'), ...await misfits(counsel, 'party')], []);
});

test('a dialog takes the focus to its safe button and gives it back; an act that goes leaves it in the rail', OPTIONS, async () => {
  const { page } = judge;
  for (const [opener, safe] of [['act-close', 'act-close-back'], ['each-person', 'each-confirm']]) {
    await act(page, opener).focus();
    await page.keyboard.press('Enter');
    await page.locator('dialog[open]').waitFor();
    assert.equal(await focused(page), safe);
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    // The dialog is gone before the focus is back.
    await page.waitForFunction((id) => document.activeElement?.dataset.testid === id, opener);
  }
  const press = async (testid, state) => {
    await act(page, testid).focus();
    await page.keyboard.press('Enter');
    await untilState(page, state);
    // The state is there before the focus is.
    await page.waitForFunction(() => document.activeElement?.className === 'rail');
  };
  await press('act-resume', 'in_session');
  await press('act-pause', 'paused');
});
