// Statistics that fill themselves: a hearing is held, held up and closed, and stands in the figures without anybody's doing.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { amiss, press, shot } from './lib/looks.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests({ ASSIZE__COURT__ONLINE_QUOTA: '6' }), { server } = court;
let clerk, judge, point;

const sum = async (name) => (await act(clerk.page, `sum-${name}`).innerText()).trim();

step('before any hearing is over there is nothing to count, and the page says so', {}, async () => {
  clerk = await openStaff(court, 'clerk');
  await clerk.page.getByRole('link', { name: 'Thống kê' }).click();
  await clerk.page.getByText('Không có phiên tòa nào trong khoảng này').waitFor();
  assert.deepEqual(await amiss(clerk, 'statistics, none'), []);
});

step('a hearing is opened, held up once and closed', { timeout: 240_000 }, async () => {
  [judge, point] = await Promise.all([openBench(court), openChromium({ id: 2, size: { width: 1920, height: 1080 } })]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  await press(act(judge.page, 'act-hold').first());
  await untilState(judge.page, 'held');
  await judge.page.locator('[data-testid="act-resume"]').first().click();
  await untilState(judge.page, 'in_session');
  await judge.page.locator('button[data-testid="act-close"]').first().click();
  await act(judge.page, 'act-close-confirm').click();
  await untilState(judge.page, 'closed');
  await judge.page.getByText(/đã được niêm phong/).first().waitFor({ timeout: 120_000 });
});

step('it stands in the figures, by judge and by point, with its cause; and in a table for spreadsheets', {}, async () => {
  await clerk.page.reload();
  await act(clerk.page, 'stat-table').waitFor();
  assert.deepEqual([await sum('hearings'), await sum('online'), await sum('interruptions')], ['1', '1', '1']);
  await act(clerk.page, 'stat-causes').getByText('Tòa án bấm dừng chờ').first().waitFor();
  await shot(clerk, 'statistics', true, true);
  assert.deepEqual(await amiss(clerk, 'statistics'), []);
  await press(act(clerk.page, 'stat-by-point'));
  await act(clerk.page, 'stat-table').locator('tbody tr', { hasText: 'Trại tạm giam' }).waitFor();
  await press(act(clerk.page, 'stat-by-case_type'));
  await act(clerk.page, 'stat-table').locator('tbody tr', { hasText: 'Hình sự sơ thẩm' }).waitFor();
  const table = await clerk.page.evaluate(async (address) => {
    const answer = await fetch(address, { headers: { 'accept-language': 'vi' } });
    return { kind: answer.headers.get('content-type'), bytes: [...new Uint8Array(await answer.clone().arrayBuffer()).slice(0, 3)], text: await answer.text() };
  }, await act(clerk.page, 'stat-csv').getAttribute('href'));
  assert.equal(table.kind, 'text/csv; charset=utf-8');
  assert.deepEqual(table.bytes, [0xef, 0xbb, 0xbf], 'spreadsheets know UTF-8 by this');
  assert.match(table.text, /"Loại vụ án \(thủ tục\)"[\s\S]*"Tổng cộng",1,1,0,1,/);
});

step('a period without hearings says so, and one that ends before it begins is not asked for', {}, async () => {
  await act(clerk.page, 'stat-from').fill('2020-01-01');
  await act(clerk.page, 'stat-to').fill('2019-01-01');
  assert.ok(await act(clerk.page, 'stat-show').isDisabled());
  await clerk.page.getByText('Ngày cuối trước ngày đầu.').waitFor();
  await act(clerk.page, 'stat-to').fill('2020-12-31');
  await press(act(clerk.page, 'stat-show'));
  await clerk.page.getByText('Không có phiên tòa nào trong khoảng này').waitFor();
  await press(act(clerk.page, 'stat-by-court'));
  await clerk.page.waitForURL(/from=2020-01-01&.*by=court/);
});
