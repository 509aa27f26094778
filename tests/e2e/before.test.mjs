// Before the hearing: the clerk plans it, answers the checklist, prints invitations and changes a place; a point is tested and
// its report printed; the point's screen says what comes next. With ASSIZE_SHOTS, pictures of each page.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { test } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openStaff } from './lib/court.mjs';
import { misfits } from './lib/fits.mjs';
import { amiss } from './lib/looks.mjs';
import { wrong } from './lib/names.mjs';
import { act } from './lib/people.mjs';

const OPTIONS = { timeout: 240_000 };
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const shots = process.env.ASSIZE_SHOTS;
const court = courtForTests();
let clerk, hearing;

async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  const size = page.viewportSize();
  for (const [width, height] of [[1440, 900], [320, 720]]) {
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: path.join(shots, `before-${name}-${String(width)}.png`), fullPage: width === 320 });
  }
  await page.setViewportSize(size);
}

/** Pictures, and that nothing is amiss: axe, names, headings, what does not fit. */
async function look(who, name) {
  const { page } = who;
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const found = violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => `${n.target} ${n.failureSummary?.replace(/\s+/g, ' ')}`).join(' | ')}`);
  await shot(page, name);
  assert.deepEqual([...found, ...await wrong(page, name)], []);
}

const fits = async (who, name) => assert.deepEqual(await misfits(who, name), []);

test('a plan in three parts: nobody is invited before the checklist is answered', OPTIONS, async () => {
  clerk = await openStaff(court, 'clerk');
  const { page } = clerk;
  await page.goto(`${court.origin}/prepare/new`);
  await act(page, 'new-case').fill('51/2026/TLST-HS');
  await act(page, 'new-title').fill('Trộm cắp tài sản');
  await page.locator('input[type="time"]').fill('23:58');
  await act(page, 'point-detention').first().check();
  await act(page, 'person-name-0').fill('Nguyễn Thị Minh Hạnh');
  await act(page, 'person-account-0').selectOption('judge');
  await act(page, 'person-name-1').fill('Trần Minh Khuê');
  await act(page, 'person-account-1').selectOption('clerk');
  await act(page, 'add-person').click();
  await act(page, 'person-name-2').fill('Đặng Ngọc Diệp');
  await act(page, 'add-person').click();
  await act(page, 'person-name-3').fill('Lục Văn Sơn');
  await act(page, 'person-role-3').selectOption('defendant');
  await act(page, 'person-place-3').selectOption({ index: 1 });
  await act(page, 'save-hearing').click();
  await page.waitForURL(/prepare\/[0-9a-f-]{36}$/);
  hearing = page.url().split('/').pop();

  await act(page, 'invite-2').click();
  await page.getByText('Chưa lập được giấy mời').waitFor();
  await act(page, 'write-dates').click();
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Ho_Chi_Minh' }).format(Date.now());
  await act(page, 'day-procuracy-notice').fill(today);
  await page.locator('[data-testid="due-procuracy-answer"][data-standing="near"]').waitFor();
  assert.match(await act(page, 'due-procuracy-answer').innerText(), /còn 3 ngày/);
  await act(page, 'day-trial-decision').fill(today);
  await page.locator('[data-testid="due-online-decision"][data-standing="overdue"]').waitFor();
  await act(page, 'write-dates').click();
  for (const key of ['simple', 'clear-evidence', 'no-state-secret', 'not-national-security', 'not-chapter-26']) await act(page, `check-${key}-yes`).click();
  await act(page, 'check-facilities-no').click();
  await page.getByText('vụ án này không xét xử trực tuyến được').waitFor();
  assert.match(await act(page, 'check-facilities').innerText(), /chưa đạt hoặc chưa kiểm tra: Trại tạm giam số 2/);
  await look(clerk, 'plan');
  await fits(clerk, 'plan');
  await act(page, 'check-facilities-yes').click();
  await page.getByText('Đủ điều kiện xét xử trực tuyến.').waitFor();

  await act(page, 'part-during').click();
  await act(page, 'edit-tasks').click();
  await act(page, 'task-text-0').fill('Kiểm tra căn cước từng người');
  await act(page, 'save-tasks').click();
  await page.getByText('Kiểm tra căn cước từng người').waitFor();
  await act(page, 'task-0').locator('input').click();
  await page.waitForFunction(() => document.querySelector('[data-testid="task-0"] input').checked);
  await look(clerk, 'during');
  await act(page, 'part-after').click();
  await page.getByText('Kiểm chứng bản ghi đã niêm phong').waitFor();
  await fits(clerk, 'after');
});

test('invitations are printed as they are made; a change of place takes the code back and says whose', OPTIONS, async () => {
  const { page } = clerk;
  await page.goto(`${court.origin}/prepare/${hearing}`);
  await act(page, 'invite-all').click();
  await act(page, 'sheets').waitFor();
  assert.equal(await act(page, 'sheet').count(), 2, 'counsel and the defendant; the court logs in');
  const code = await act(page, 'sheet-code').innerText();
  assert.match(code, /^\w{4}-\w{4}-\w{4}$/);
  await look(clerk, 'sheets');
  await page.emulateMedia({ media: 'print' });
  // Nothing of the page behind is printed, and every sheet is there from top to end.
  const printed = await page.evaluate(() => [...document.querySelectorAll('.staff-mast, .plan-wrap > nav, .plan-wrap h1, .art table, .sheet, .sheets-head')].map((one) => [one.className, one.checkVisibility() && one.getBoundingClientRect().height > 0]));
  assert.deepEqual(printed.filter(([, shown]) => shown).map(([name]) => name), ['sheet', 'sheet']);
  const pdf = await page.pdf({ preferCSSPageSize: true, ...(shots ? { path: path.join(shots, 'before-sheets.pdf') } : {}) });
  assert.equal(pdf.toString('latin1').match(/\/Type\s*\/Page\b/g).length, 2, 'a page each, and no empty one');
  await page.emulateMedia({ media: 'screen' });
  await act(page, 'sheets-done').click();
  await act(page, 'sheets').waitFor({ state: 'detached' });
  assert.ok(!(await page.content()).includes(code), 'a code is shown once');

  const [download] = await Promise.all([page.waitForEvent('download'), act(page, 'calendar-2').click()]);
  assert.equal(download.suggestedFilename(), 'phien-toa.ics');

  const stranger = await openChromium({});
  const enter = async (typed) => {
    await stranger.page.goto(`${court.origin}/enter`);
    await act(stranger.page, 'code-input').fill(typed);
    await act(stranger.page, 'code-submit').click();
  };
  await act(page, 'edit-plan').click();
  await act(page, 'person-place-2').selectOption({ index: 1 });
  await act(page, 'save-hearing').click();
  await act(page, 'voided').waitFor();
  assert.match(await act(page, 'voided').innerText(), /Đặng Ngọc Diệp/);
  await look(clerk, 'voided');
  await enter(code);
  await stranger.page.getByText('Mã không đúng').waitFor();
  await stranger.close();
  await act(page, 'voided-read').click();
  await act(page, 'voided').waitFor({ state: 'detached' });
});

test('counsel and defendant are bound, and somebody is withheld, in the form; both are there when the plan is opened again', OPTIONS, async () => {
  const { page } = clerk;
  const open = async () => {
    await page.goto(`${court.origin}/prepare/${hearing}`);
    await act(page, 'edit-plan').click();
    await act(page, 'save-hearing').waitFor();
  };
  const bound = (n) => act(page, `bind-${n}`).innerText();
  await open();
  await act(page, 'add-person').click();
  await act(page, 'person-name-4').fill('Hồ Thị Mai');
  await act(page, 'person-role-4').selectOption('witness');
  await act(page, 'bind-2').click();
  await act(page, 'bind-2-3').check();
  assert.match(await bound(3), /Đặng Ngọc Diệp/, 'both ways');
  // An order in which nothing is said yet is refused where it stands.
  await act(page, 'add-order').click();
  await page.waitForFunction(() => document.activeElement?.closest('[data-testid="order-0"]'));
  await act(page, 'save-hearing').click();
  await page.getByText('Chọn ít nhất một người.', { exact: true }).waitFor();
  await act(page, 'order-0-of-4').check();
  await act(page, 'order-0-from-3').check();
  await act(page, 'order-0-observers').check();
  await act(page, 'order-0-picture').check();
  await act(page, 'order-0-name').check();
  assert.deepEqual(await amiss(clerk, 'plan form, an order'), []);
  await shot(page, 'orders');
  await act(page, 'save-hearing').click();
  await act(page, 'edit-plan').waitFor();
  await act(page, 'orders').filter({ hasText: 'Giữ kín hình, tên của Hồ Thị Mai với Lục Văn Sơn, người dự khán.' }).waitFor();
  await act(page, 'pairs').filter({ hasText: /Đặng Ngọc Diệp và Lục Văn Sơn|Lục Văn Sơn và Đặng Ngọc Diệp/ }).waitFor();
  assert.deepEqual(await amiss(clerk, 'plan with an order'), []);
  await shot(page, 'plan-privacy');

  // Hers was new and had no id; a plan that is only saved again loses nothing.
  const says = 'Giữ kín hình, tên của Hồ Thị Mai với Lục Văn Sơn, người dự khán.';
  for (let turn = 0; turn < 2; turn++) {
    await open();
    assert.match(await bound(2), /Lục Văn Sơn/);
    assert.ok((await act(page, 'order-0').innerText()).includes(says), await act(page, 'order-0').innerText());
    await act(page, 'save-hearing').click();
    await act(page, 'edit-plan').waitFor();
  }

  // An order is taken back, and a binding from its other side.
  await open();
  await act(page, 'order-change-0').click();
  assert.ok(await act(page, 'order-0-of-4').isChecked());
  assert.deepEqual(await amiss(clerk, 'plan form, an order changed'), []);
  await act(page, 'order-remove-0').click();
  await page.waitForFunction(() => document.activeElement?.dataset.testid === 'add-order');
  await act(page, 'bind-3').click();
  await act(page, 'bind-3-2').uncheck();
  await act(page, 'save-hearing').click();
  await act(page, 'edit-plan').waitFor();
  await open();
  assert.equal(await act(page, 'order-0').count(), 0);
  assert.match(await bound(2), /chưa ai/);
});

test('a point is tested on its own device; its report prints, and its screen tells when the next hearing is', OPTIONS, async () => {
  const point = await openChromium({ id: 5 });
  const { page } = point;
  await page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  await page.waitForFunction(() => localStorage.getItem('assize.device') !== null);
  await page.goto(`${court.origin}/check/point`);
  await act(page, 'begin-test').click();
  await page.locator('[data-testid="test-step"][data-step="speech"]').waitFor();
  await shot(page, 'point-check-speech');
  await page.locator('[data-testid="test-step"][data-step="done"]').waitFor();
  const level = (part) => act(page, `finding-${part}`).getAttribute('data-level');
  // The known content is a loud tone now and then: no voice, and clipped.
  assert.deepEqual([await level('line'), await level('sound')], ['good', 'look'], await page.locator('main').innerText());
  assert.notEqual(await level('picture'), 'unknown');
  await look(point, 'point-check');
  await fits(point, 'point-check');

  const staff = clerk.page;
  await staff.goto(`${court.origin}/prepare/${hearing}`);
  assert.match(await act(staff, 'tested-detention').innerText(), /Tiếng bị vỡ|Micrô ồn/);
  await act(staff, 'tested-detention').click();
  await act(staff, 'report').waitFor();
  await look(clerk, 'report');
  await fits(clerk, 'report');
  await staff.emulateMedia({ media: 'print' });
  if (shots) await staff.pdf({ path: path.join(shots, 'before-report.pdf'), preferCSSPageSize: true });
  await staff.emulateMedia({ media: 'screen' });

  await page.setViewportSize({ width: 1920, height: 1080 });
  await page.goto(`${court.origin}/point`);
  await page.getByText(/Tiếp theo ở phòng này: .*23:58/).waitFor();
  const screen = await page.locator('body').innerText();
  assert.ok(!/Diệp|51\/2026|Minh Hạnh/.test(screen), screen);
  if (shots) await page.screenshot({ path: path.join(shots, 'before-kiosk.png') });
  // While it waits, the line is measured on the way of picture and sound, and losses are known.
  await staff.goto(`${court.origin}${new URL(staff.url()).pathname}`);
  const past = staff.locator('[data-testid="past-test"]');
  const end = Date.now() + 90_000;
  while (await past.count() < 2) {
    assert.ok(Date.now() < end, 'no report of the line while waiting');
    await staff.waitForTimeout(2000);
    await staff.reload();
    await past.first().waitFor();
  }
  assert.match(await past.first().innerText(), /mất gói [0-9,]+ %/);
  await staff.goto(`${court.origin}/prepare/${hearing}`);
  assert.match(await act(staff, 'tested-detention').innerText(), /Tiếng bị vỡ|Micrô ồn/, 'the last test of the room stands');
  await point.close();
});

test('the day list narrows down to a point or a judge', OPTIONS, async () => {
  const { page } = clerk;
  await page.goto(`${court.origin}/prepare`);
  const rows = page.locator('[data-testid="hearing-row"]');
  await rows.nth(1).waitFor();
  await act(page, 'day-judge').selectOption('Nguyễn Thị Minh Hạnh');
  await page.waitForURL(/judge=/);
  await rows.nth(1).waitFor({ state: 'detached' });
  assert.match(await rows.first().innerText(), /51\/2026/);
  await act(page, 'day-judge').selectOption('');
  await act(page, 'day-point').selectOption({ index: 1 });
  await page.waitForURL(/point=/);
  await rows.nth(1).waitFor();
  assert.match(await act(page, 'due-list').innerText(), /Quyết định xét xử trực tuyến, 51\/2026\/TLST-HS[^]*quá 7 ngày[^]*Viện kiểm sát trả lời/);
  await look(clerk, 'day');
  await fits(clerk, 'day');
  await clerk.close();
});
