// The line of the detention point fails: the session holds itself, the judge suspends with the pack, and the continuation is
// opened in the phase it had come to.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { amiss, found, keyed, press, shot } from './lib/looks.mjs';
import { act, admitAll, enterByCode, openSession, untilState } from './lib/people.mjs';
import { sharePoint } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 300_000 };
const court = courtForTests();
let judge, clerk, officer, point, counsel;

const day = (by) => new Date(Date.now() + by * 3_600_000 + 7 * 3_600_000).toISOString();

step('in session, in the second phase, with an officer on a phone', OPTIONS, async () => {
  clerk = await openStaff(court, 'clerk');
  const code = await sharePoint(clerk.page, court.hearing);
  [judge, officer, point] = await Promise.all([
    openBench(court, { size: { width: 1440, height: 900 } }), openChromium({ size: { width: 390, height: 844 } }), openChromium({ id: 2, size: { width: 1920, height: 1080 } }),
  ]);
  await point.page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  await officer.page.goto(`${court.origin}/enter`);
  await act(officer.page, 'code-input').fill(code);
  await act(officer.page, 'code-submit').click();
  await act(officer.page, 'officer').waitFor();
  counsel = await openChromium({ id: 3, size: { width: 360, height: 740 } });
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  // Officer, point and counsel wait, whichever was slower.
  await admitAll(judge.page, 3);
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  await keyed(judge.page, 'act-advance');
  await act(judge.page, 'move').waitFor();
  await act(judge.page, 'move-reason').fill('Đã phổ biến');
  await act(judge.page, 'move-confirm').click();
  await judge.page.locator('[data-testid="phases"] [data-phase="questioning"][data-at="present"]').waitFor();
});

step('the point goes dark, the session is held, and the officer takes note', OPTIONS, async () => {
  await point.page.context().setOffline(true);
  await untilState(judge.page, 'held');
  await act(officer.page, 'take-note').waitFor();
  await shot(officer, 'officer-held', true);
  assert.deepEqual(await amiss(officer, 'officer, held'), []);
  await act(officer.page, 'take-note').click();
  await act(officer.page, 'take-note').waitFor({ state: 'detached' });
});

step('the judge sees the pack and suspends', OPTIONS, async () => {
  const { page } = judge;
  await keyed(page, 'offer-suspend');
  await act(page, 'draft').waitFor();
  await act(page, 'lines').locator('li[data-bad="true"]').first().waitFor();
  await act(page, 'suspension').filter({ hasText: 'đã nhận lúc' }).waitFor();
  const when = day(1);
  await act(page, 'until-day').fill(when.slice(0, 10));
  await act(page, 'until-time').fill(when.slice(11, 16));
  await act(page, 'draft').locator('mark', { hasText: `${when.slice(8, 10)}/${when.slice(5, 7)}/${when.slice(0, 4)}` }).first().waitFor();
  await act(page, 'until-said').filter({ hasText: 'trống lịch' }).waitFor();
  await shot(judge, 'bench-suspend', true);
  assert.deepEqual(await found(judge, 'bench, suspend'), []);
  await keyed(page, 'suspend-confirm');
  await Promise.all([untilState(page, 'suspended'), untilState(officer.page, 'suspended')]);
  await act(officer.page, 'until').filter({ hasText: when.slice(11, 16) }).waitFor();
  await shot(officer, 'officer-suspended', true);
  assert.deepEqual(await amiss(officer, 'officer, suspended'), []);
  await act(officer.page, 'take-note').click();
  await shot(judge, 'bench-suspended');
  assert.deepEqual(await amiss(judge, 'bench, suspended'), []);
});

step('counsel reads the minutes of the sitting that was suspended', OPTIONS, async () => {
  const { page } = counsel;
  await untilState(page, 'suspended');
  await act(page, 'read-minutes').waitFor();
  await shot(counsel, 'party-suspended');
  assert.deepEqual(await amiss(counsel, 'party, suspended'), []);
  await press(act(page, 'read-minutes'));
  await act(page, 'minutes-lines').getByText('Tạm ngừng phiên tòa').waitFor();
  await act(page, 'agree').waitFor();
  await shot(counsel, 'party-suspended-minutes');
  assert.deepEqual(await amiss(counsel, 'party, minutes of a suspended sitting'), []);
});

step('the point, out of the dark again, offers those minutes to the defendant there', OPTIONS, async () => {
  const { page } = point;
  await page.context().setOffline(false);
  await press(act(page, 'point-read'));
  await press(act(page, 'reader-0'));
  const line = (name) => act(page, 'reading-page').getByRole('button', { name });
  await line(/Khai mạc phiên tòa/).first().waitFor();
  for (let n = 0; n < 9 && await line(/Tạm ngừng phiên tòa/).count() === 0; n++) {
    await act(page, 'page-next').click();
    await page.waitForTimeout(300);
  }
  await line(/Tạm ngừng phiên tòa/).waitFor();
  await shot(point, 'point-minutes-suspended');
  await press(act(page, 'reading-shut'));
  await shot(point, 'point-suspended-read');
  await page.context().setOffline(true);
});

step('the continuation waits, and is opened in the same phase', OPTIONS, async () => {
  const { page } = judge;
  const entered = async () => {
    await page.goto(`${court.origin}/bench/${court.hearing}`);
    return page.locator('[data-testid="state-line"][data-state="waiting"]').waitFor({ timeout: 15_000 }).then(() => true, () => false);
  };
  for (let tried = 0; tried < 12 && !await entered(); tried += 1);
  await untilState(page, 'waiting');
  await openSession(page);
  await untilState(page, 'in_session');
  await page.locator('[data-testid="phases"] [data-phase="questioning"][data-at="present"]').waitFor();
  assert.deepEqual(await amiss(judge, 'bench, second sitting'), []);
});
