// The clerk's minutes in Chromium: written by keyboard while they fill themselves in, read and heard by a party right after
// the close, asked about, refused and accepted, and set on paper.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { amiss, found, press, reach, shot } from './lib/looks.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests();
const SAID = 'Bị cáo Thiện khai: lấy xe vào khoảng 21 giờ';
let judge, clerk, counsel, record;

const line = (page, text) => page.locator('[data-testid="minutes-lines"] li.minutes-line', { hasText: text });

step('the clerk types, and the minutes fill themselves in', { timeout: 240_000 }, async () => {
  clerk = await openStaff(court, 'clerk', { size: { width: 1440, height: 900 } });
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  [judge, counsel] = await Promise.all([openBench(court), openChromium({ id: 3, size: { width: 1366, height: 768 } })]);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await judge.page.locator('[data-testid^="act-admit-"]').first().waitFor();
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await Promise.all([judge, clerk, counsel].map(({ page }) => untilState(page, 'in_session')));
  const panel = act(clerk.page, 'minutes');
  await panel.getByText('Khai mạc phiên tòa').waitFor();
  await reach(clerk.page, 'note');
  await clerk.page.keyboard.type('Bị cáo khai');
  await clerk.page.keyboard.press('Enter');
  await panel.getByText('Bị cáo khai').waitFor();
  // Ready for the next.
  await clerk.page.waitForFunction(() => document.querySelector('[data-testid="note"]').value === '');
  assert.equal(await clerk.page.evaluate(() => document.activeElement?.dataset.testid), 'note', 'and the focus stays');
  await press(act(clerk.page, 'note-correct-1'));
  await act(clerk.page, 'note-corrected').fill(SAID);
  assert.deepEqual(await found(clerk, 'correcting a note'), []);
  await shot(clerk, 'desk-note-correct');
  await press(act(clerk.page, 'note-dialog-confirm'));
  await act(clerk.page, 'note-dialog').waitFor({ state: 'detached' });
  await panel.getByText(SAID).waitFor();
  assert.equal(await act(counsel.page, 'minutes').count(), 0, 'nobody else reads while the session runs');
  await shot(clerk, 'desk-minutes', true);
  assert.deepEqual(await amiss(clerk, 'desk, minutes'), []);
});

step('right after the close a party reads, hears a line, asks for a change and agrees', { timeout: 240_000 }, async () => {
  await press(act(judge.page, 'act-close').first());
  await press(act(judge.page, 'act-close-confirm'));
  const link = act(counsel.page, 'read-minutes');
  await link.waitFor();
  await shot(counsel, 'party-closed', true);
  await press(link);
  await line(counsel.page, SAID).waitFor();
  assert.equal(new URL(counsel.page.url()).pathname + new URL(counsel.page.url()).search, '/minutes', 'the address names nobody');
  assert.ok(!(await act(counsel.page, 'minutes-lines').innerText()).includes('Trước đó'), 'the first wording is the court\'s');
  // Who spoke is put down by itself: the judge's tone lasted to the end.
  await line(counsel.page, 'phát biểu').first().waitFor();
  await press(line(counsel.page, SAID).locator('button.minutes-hear'));
  await counsel.page.waitForFunction(() => Number(document.querySelector('[data-testid="minutes-clock"]')?.dataset.ms) > 0);
  await counsel.page.waitForFunction(() => [...document.querySelectorAll('audio')].some((audio) => !audio.paused && audio.currentTime > 0));
  assert.equal(await counsel.page.locator('video').count(), 0, 'sound and no picture');
  await press(act(counsel.page, 'minutes-play'));
  await press(line(counsel.page, SAID).getByRole('button', { name: /Đề nghị sửa/ }));
  await act(counsel.page, 'ask-text').fill('lấy xe vào khoảng 20 giờ');
  assert.deepEqual(await found(counsel, 'asking for a change'), []);
  await shot(counsel, 'party-minutes-ask');
  await press(act(counsel.page, 'ask-confirm'));
  await act(counsel.page, 'asked-1').waitFor();
  await press(line(counsel.page, 'Khai mạc').getByRole('button', { name: /Đề nghị sửa/ }));
  await act(counsel.page, 'ask-text').fill('Khai mạc lúc 8 giờ');
  await press(act(counsel.page, 'ask-confirm'));
  await act(counsel.page, 'asked-2').waitFor();
  await press(act(counsel.page, 'agree'));
  await act(counsel.page, 'agreed').waitFor();
  await shot(counsel, 'party-minutes', true);
  assert.deepEqual(await amiss(counsel, 'party, minutes'), []);
});

step('the clerk refuses one with a reason and accepts the other, and has it on paper', { timeout: 240_000 }, async () => {
  // The list of records is not fetched again: what is in it then, is.
  await judge.page.locator('[data-testid="sealing"][data-at="sealed"]').waitFor();
  await clerk.page.goto(`${court.origin}/records`);
  await act(clerk.page, 'record-row').first().locator('a').click();
  await press(act(clerk.page, 'to-minutes'));
  await line(clerk.page, SAID).waitFor();
  record = new URL(clerk.page.url()).pathname.split('/')[2];
  await line(clerk.page, SAID).getByText('Trước đó: Bị cáo khai').waitFor();
  await press(act(clerk.page, 'refuse-1'));
  assert.ok(await act(clerk.page, 'refuse-confirm').isDisabled(), 'a reason is wanted');
  await act(clerk.page, 'refuse-reason').fill('đã nghe lại: 21 giờ');
  assert.deepEqual(await found(clerk, 'refusing a change'), []);
  await press(act(clerk.page, 'refuse-confirm'));
  await act(clerk.page, 'asked-1').getByText('không chấp nhận: đã nghe lại: 21 giờ').waitFor();
  await press(act(clerk.page, 'accept-2'));
  await act(clerk.page, 'accept-2').waitFor({ state: 'detached' });
  await act(clerk.page, 'asked-2').getByText(/ chấp nhận$/).waitFor();
  await shot(clerk, 'records-minutes', true);
  assert.deepEqual(await amiss(clerk, 'records, minutes'), []);
  const pdf = await clerk.page.request.get(`${court.origin}/api/v1/records/${record}/minutes/pdf?lang=vi`);
  assert.equal(pdf.status(), 200);
  assert.equal((await pdf.body()).subarray(0, 5).toString(), '%PDF-');
  await counsel.page.reload();
  await act(counsel.page, 'asked-1').getByText('đã nghe lại: 21 giờ').waitFor();
});
