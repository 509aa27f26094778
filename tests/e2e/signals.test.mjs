// What people say to the court by a button, who has come and who they are: at the detention point's screen, on bench and
// desk, and on the phone of the point's officer.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { sized } from './lib/fits.mjs';
import { amiss, found, press, settled, shot, shutNames } from './lib/looks.mjs';
import { listen, times, untilSaid } from './lib/said.mjs';
import { act, untilState, openSession } from './lib/people.mjs';
import { sharePoint } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
let judge, clerk, point, officer;

const at = (page, kind, state) => page.locator(`[data-testid="say-${kind}"][data-at="${state}"]`);

/** Where the large buttons are. */
const places = (page) => page.evaluate(() => [...document.querySelectorAll('.k-says [data-testid], .k-lead, .k-side')].map((one) => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height].map(Math.round).join(' '); }));

step('a point with two defendants and an interpreter at one camera enters; before the opening it can call', { timeout: 240_000 }, async () => {
  clerk = await openStaff(court, 'clerk', { scripts: [listen] });
  court.code.officer = await sharePoint(clerk.page, court.hearing);
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  await act(clerk.page, 'state-line').waitFor();
  [judge, point] = await Promise.all([openBench(court, { scripts: [listen] }), openChromium({ id: 2, size: { width: 1920, height: 1080 } })]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await at(point.page, 'want_lawyer', 'idle').waitFor();
  assert.equal(await act(point.page, 'say-cannot_hear').count(), 0, 'nobody is heard yet');
  await shot(point, 'point-waiting', true);
  await press(act(point.page, 'say-call_officer'));
  await act(point.page, 'names').waitFor();
  await shot(point, 'point-waiting-called');
  // What is asked for takes the focus once it is there.
  await settled(point.page);
  await press(act(point.page, 'withdraw'));
  await at(point.page, 'call_officer', 'answered').waitFor();
});

step('a defendant who cannot hear says so at once, and is named after; the court is told, assertively and once', { timeout: 240_000 }, async () => {
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await Promise.all([judge, clerk, point].map(({ page }) => untilState(page, 'in_session')));
  await at(point.page, 'cannot_hear', 'idle').waitFor();
  await judge.page.waitForTimeout(1500);
  await shot(point, 'point-session', true);
  const before = await places(point.page);
  await press(act(point.page, 'say-cannot_hear'));
  await at(point.page, 'cannot_hear', 'sent').waitFor();
  await judge.page.locator('[data-kind="cannot_hear"]', { hasText: 'chưa nêu tên' }).waitFor();
  await shot(judge, 'bench-signal-unnamed');
  await act(point.page, 'names').waitFor();
  assert.deepEqual(await places(point.page), before, 'nothing moves');
  await shot(point, 'point-signal-names', true);
  assert.deepEqual(await amiss(point, 'point, names'), []);
  await press(point.page.locator('[data-testid="names"] button', { hasText: 'Ma Đình Tú' }));
  await act(point.page, 'names').waitFor({ state: 'detached' });
  await judge.page.locator('[data-kind="cannot_hear"]', { hasText: 'Ma Đình Tú' }).waitFor();
  const said = await untilSaid(judge.page, /Ma Đình Tú: Tôi không nghe được/);
  assert.equal(times(said, /Ma Đình Tú: Tôi không nghe được/), 1, said.join(' | '));
  assert.match(await act(judge.page, 'signals-assertive').innerText(), /Ma Đình Tú/);
  assert.equal(await judge.page.locator('.plate-signal', { hasText: 'Ma Đình Tú' }).count(), 1);
  await act(point.page, 'say-cannot_hear').filter({ hasText: 'Ma Đình Tú' }).waitFor();
  assert.match(await act(point.page, 'say-cannot_hear').innerText(), /Tòa án đã biết[\s\S]*Ma Đình Tú[\s\S]*Chờ trả lời/);
  await shot(point, 'point-signal', true);
  await shot(judge, 'bench-signal', true);
  assert.deepEqual([...await amiss(point, 'point'), ...await amiss(judge, 'bench')], []);
});

step('the judge answers and the point says what was answered; later wants a reason', { timeout: 240_000 }, async () => {
  await press(judge.page.locator('[data-testid^="answer-works_again-"]'));
  await at(point.page, 'cannot_hear', 'answered').waitFor();
  assert.match(await act(point.page, 'say-cannot_hear').innerText(), /Đã nghe lại/);
  await judge.page.locator('[data-kind="cannot_hear"]').waitFor({ state: 'detached' });
  // The focus stays in the rail, on no act.
  await judge.page.waitForFunction(() => document.activeElement?.className === 'rail');
  await press(act(point.page, 'say-want_lawyer'));
  await shutNames(point.page);
  await press(judge.page.locator('[data-testid^="answer-not_now-"]'));
  await act(judge.page, 'later').waitFor();
  assert.ok(await act(judge.page, 'later-confirm').isDisabled(), 'a reason is wanted');
  await shot(judge, 'bench-signal-later');
  await press(act(judge.page, 'later-reason-1'));
  await press(act(judge.page, 'later-confirm'));
  await at(point.page, 'want_lawyer', 'answered').waitFor();
  assert.match(await act(point.page, 'say-want_lawyer').innerText(), /Tòa án để sau\s+Khi phiên tòa tạm nghỉ/);
  await shot(point, 'point-signal-answered', true);
});

step('the judge taps who of several speaks, and it stands on the plate', {}, async () => {
  const plate = judge.page.locator('button.plate', { hasText: 'Nông Thị Lan' });
  await press(plate);
  await judge.page.locator('.plate-speaks', { hasText: 'Nông Thị Lan' }).waitFor();
  await shot(judge, 'bench-speaker', true);
  assert.deepEqual(await amiss(judge, 'bench, somebody named'), []);
});

step('the officer enters by code on a phone: no camera and no microphone is asked for', {}, async () => {
  const count = () => {
    globalThis.asked = 0;
    const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = (...constraints) => { globalThis.asked += 1; return original(...constraints); };
  };
  officer = await openChromium({ size: { width: 390, height: 844 }, permissions: [], fakeUi: false, scripts: [count] });
  await officer.page.goto(`${server.origin}/enter`);
  await act(officer.page, 'code-input').fill(court.code.officer);
  await act(officer.page, 'code-submit').click();
  await act(officer.page, 'officer').waitFor();
  assert.equal(await officer.page.evaluate(() => globalThis.asked), 0);
  assert.equal(new URL(officer.page.url()).pathname, '/officer');
  await shot(officer, 'officer-presence', true);
  assert.deepEqual(await amiss(officer, 'officer, presence'), []);
  await sized(officer.page, { width: 320, height: 640 });
  assert.ok(await officer.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at 320 px');
  await shot(officer, 'officer-presence-320');
  await officer.page.setViewportSize({ width: 390, height: 844 });
});

step('what the officer reports is on the desk at once', {}, async () => {
  await press(act(clerk.page, 'roll-call'));
  const line = (name) => clerk.page.locator('tr[data-testid^="roll-"]', { hasText: name });
  await line('Ma Đình Tú').waitFor();
  for (const one of await officer.page.locator('[data-testid^="present-"]').all()) await press(one);
  await press(officer.page.locator('.pp', { hasText: 'Ma Đình Tú' }).locator('[data-testid^="absent-"]'));
  await press(act(officer.page, 'report'));
  await officer.page.getByText('Đã báo thư ký.').waitFor();
  await shot(officer, 'officer-presence-reported', true);
  for (const [name, present] of [['Đặng Văn Thức', 'true'], ['Ma Đình Tú', 'false'], ['Nông Thị Lan', 'true'], ['Bùi Công Sơn', 'true']]) {
    await clerk.page.waitForFunction(([who, is]) => [...document.querySelectorAll('tr[data-present]')].some((row) => row.textContent.includes(who) && row.dataset.present === is), [name, present]);
  }
  await act(officer.page, 'tab-identity').click();
  assert.equal(await act(officer.page, 'to-check').innerText(), 'Đặng Văn Thức');
  await act(officer.page, 'result-not_sure').check();
  await act(officer.page, 'method-population_database').check();
  await shot(officer, 'officer-identity', true);
  assert.deepEqual(await amiss(officer, 'officer, identity'), []);
  await press(act(officer.page, 'confirm-identity'));
  await clerk.page.waitForFunction(() => [...document.querySelectorAll('tr[data-identity="not_sure"]')].some((row) => row.textContent.includes('Đặng Văn Thức')));
  // The next person comes by itself.
  await act(officer.page, 'to-check').filter({ hasText: 'Ma Đình Tú' }).waitFor();
  // The clerk asks, and enters what was found.
  await press(line('Đặng Văn Thức').locator('[data-testid^="roll-check-"]'));
  await shot(clerk, 'desk-roll-check');
  await act(clerk.page, 'roll-result').selectOption('right');
  await press(act(clerk.page, 'roll-enter'));
  await clerk.page.waitForFunction(() => [...document.querySelectorAll('tr[data-identity="right"]')].some((row) => row.textContent.includes('Đặng Văn Thức')));
  await shot(clerk, 'desk-roll-call', true);
  assert.deepEqual(await found(clerk, 'desk, roll call'), []);
  await clerk.page.keyboard.press('Escape');
});

step('the officer says whose a signal is; the clerk answers it on the desk, where it stands with its time', {}, async () => {
  await press(act(point.page, 'say-cannot_see'));
  await shutNames(point.page);
  await act(officer.page, 'tab-signals').click();
  const name = officer.page.locator('[data-testid^="name-"]', { hasText: 'Đặng Văn Thức' });
  await name.waitFor();
  await shot(officer, 'officer-signals', true);
  assert.deepEqual(await amiss(officer, 'officer, signals'), []);
  await press(name);
  await clerk.page.locator('[data-kind="cannot_see"]', { hasText: 'Đặng Văn Thức' }).waitFor();
  await shot(clerk, 'desk-signal');
  await press(clerk.page.locator('[data-testid^="answer-works_again-"]'));
  await clerk.page.locator('[data-testid="answered"] li', { hasText: 'Đặng Văn Thức' }).first().getByText(/đã xử lý sau/).waitFor();
  await shot(clerk, 'desk-signals-answered', true);
  assert.deepEqual(await amiss(clerk, 'desk'), []);
});

step('called in, the officer taps who speaks; the judge sees it on the plate', {}, async () => {
  await act(officer.page, 'tab-speaker').click();
  await officer.page.getByText(/Nêu tên được khi/).waitFor();
  await press(judge.page.locator('[data-testid^="act-admit-"]').first());
  const name = officer.page.locator('[data-testid^="speaks-"]', { hasText: 'Ma Đình Tú' });
  await name.waitFor();
  await press(name);
  await judge.page.locator('.plate-speaks', { hasText: 'Ma Đình Tú' }).waitFor();
  await shot(officer, 'officer-speaker', true);
  assert.deepEqual(await amiss(officer, 'officer, speaker'), []);
});
