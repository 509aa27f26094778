// The minutes at a detention facility's screen, by touch alone: who sits there taps their name, reads by pages, hears a line,
// asks for a change by a reason and agrees; the clerk answers; the other defendant is told nothing of it; and the next
// hearing takes the screen back.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { amiss, found, press, shot } from './lib/looks.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { sharePoint } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests();
const SAID = 'Bị cáo Thức khai: lấy xe vào khoảng 21 giờ';
const [FIRST, SECOND] = ['Đặng Văn Thức', 'Ma Đình Tú'];
let judge, clerk, point, next;

const tap = async (testid) => { await act(point.page, testid).tap(); };
const row = (text) => point.page.locator('.k-page > .k-rows:not(.k-measured) button', { hasText: text });
const reader = (name) => point.page.locator('[data-testid^="reader-"]', { hasText: name });

/** Turns a page, once it is turned. */
async function turn(testid) {
  const page = act(point.page, 'reading-status').locator('.num');
  const before = await page.innerText();
  await tap(testid);
  await point.page.waitForFunction((was) => document.querySelector('[data-testid="reading-status"] .num').textContent !== was, before);
}

/** Pages on from the first until a line is on the screen. */
async function turnTo(text) {
  await row('').first().waitFor();
  while (!(await act(point.page, 'page-back').isDisabled())) await turn('page-back');
  for (let n = 0; n < 30 && await row(text).count() === 0; n++) await turn('page-next');
  await row(text).first().waitFor();
}

/** What is smaller than a finger at arm's length, or is to be scrolled to. */
const tooSmall = () => point.page.evaluate(() => {
  const small = [...document.querySelectorAll('[data-testid="point-minutes"] button')].filter((one) => one.checkVisibility({ visibilityProperty: true }));
  const sizes = small.map((one) => [one.textContent.trim(), one.getBoundingClientRect()]).filter(([, box]) => box.width < 64 || box.height < 64 || box.bottom > innerHeight + 1);
  return [...sizes.map(([text, box]) => `${text}: ${Math.round(box.width)} x ${Math.round(box.height)}`), ...(document.documentElement.scrollHeight > innerHeight ? ['the page scrolls'] : [])];
});

const sounding = () => [...document.querySelectorAll('audio[data-track]')].some((audio) => !audio.paused && audio.currentTime > 0);

step('two defendants at one camera are heard, the clerk writes, and the session ends', { timeout: 300_000 }, async () => {
  clerk = await openStaff(court, 'clerk', { size: { width: 1440, height: 900 } });
  await sharePoint(clerk.page, court.hearing);
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  [judge, point] = await Promise.all([openBench(court), openChromium({ id: 2, size: { width: 1920, height: 1080 }, touch: true })]);
  await point.page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await Promise.all([judge, clerk, point].map(({ page }) => untilState(page, 'in_session')));
  assert.equal(await act(point.page, 'point-read').count(), 0, 'nothing is read while the session runs');
  for (const text of [SAID, ...Array.from({ length: 14 }, (_, n) => `Kiểm sát viên hỏi câu ${n + 1}; bị cáo trả lời: không nhớ`), `Bị cáo Tú khai: ${'đi cùng nhưng không biết việc lấy xe, '.repeat(20)}hết`]) {
    await act(clerk.page, 'note').fill(text);
    await clerk.page.keyboard.press('Enter');
    await clerk.page.waitForFunction(() => document.querySelector('[data-testid="note"]').value === '');
  }
  await judge.page.waitForTimeout(4000);
  await press(act(judge.page, 'act-close').first());
  await press(act(judge.page, 'act-close-confirm'));
});

step('the screen offers the minutes; a person is one tap, and nobody but the defendants may be chosen', { timeout: 240_000 }, async () => {
  await tap('point-read');
  await reader(FIRST).waitFor();
  assert.equal(await point.page.locator('[data-testid^="reader-"]').count(), 2, 'the interpreter at the same camera is no party');
  await shot(point, 'point-minutes-who', true);
  assert.deepEqual([...await tooSmall(), ...await amiss(point, 'who reads')], []);
  await reader(FIRST).tap();
  await row('Khai mạc').waitFor();
});

step('pages are turned, a line is heard, and a change is asked for without a letter typed', { timeout: 240_000 }, async () => {
  assert.ok(await act(point.page, 'page-back').isDisabled());
  // To the last word, and back.
  await turnTo('việc lấy xe, hết');
  assert.deepEqual(await tooSmall(), []);
  await turnTo(SAID);
  assert.ok(await act(point.page, 'reading-change').isDisabled(), 'first a line is chosen');
  await row(SAID).tap();
  await point.page.waitForFunction(sounding);
  assert.equal(await point.page.locator('[data-testid="point-minutes"] video').count(), 0, 'sound and no picture');
  await shot(point, 'point-minutes', true, true);
  await row(SAID).tap();
  await point.page.waitForFunction(() => [...document.querySelectorAll('audio[data-track]')].every((audio) => audio.paused));
  assert.deepEqual([...await tooSmall(), ...await amiss(point, 'reading')], []);
  await tap('reading-change');
  await act(point.page, 'reason-not_said').waitFor();
  assert.equal(await point.page.locator('input, textarea, [contenteditable]').count(), 0, 'nothing is typed');
  await shot(point, 'point-minutes-change', true);
  assert.deepEqual([...await tooSmall(), ...await amiss(point, 'asking')], []);
  await tap('reason-not_said');
  await point.page.getByText('Đã gửi đề nghị.').waitFor();
  await point.page.locator('[data-kind="asked"]', { hasText: 'Tôi không nói như vậy. Chờ trả lời' }).first().waitFor();
});

step('the clerk sees who asks and from where, and refuses with a reason; the screen says so', { timeout: 240_000 }, async () => {
  await judge.page.locator('[data-testid="sealing"][data-at="sealed"]').waitFor();
  await clerk.page.goto(`${court.origin}/records`);
  await act(clerk.page, 'record-row').first().locator('a').click();
  await press(act(clerk.page, 'to-minutes'));
  const asked = act(clerk.page, 'asked-1');
  await asked.getByText(`${FIRST} (tại Trại tạm giam số 2) đề nghị:`).waitFor();
  await asked.getByText('Tôi không nói như vậy').waitFor();
  await shot(clerk, 'records-minutes-point');
  await press(act(clerk.page, 'refuse-1'));
  await act(clerk.page, 'refuse-reason').fill('đã nghe lại: 21 giờ');
  await press(act(clerk.page, 'refuse-confirm'));
  await asked.getByText('không chấp nhận: đã nghe lại: 21 giờ').waitFor();
  await point.page.locator('[data-kind="asked"]', { hasText: 'không chấp nhận: đã nghe lại: 21 giờ' }).first().waitFor();
  await shot(point, 'point-minutes-answered');
});

step('agreeing takes two taps; the neighbour sees nothing of it and answers for themself', { timeout: 240_000 }, async () => {
  await tap('reading-agree');
  await act(point.page, 'reading-agree-yes').waitFor();
  await shot(point, 'point-minutes-agree');
  assert.deepEqual([...await tooSmall(), ...await found(point, 'agreeing')], []);
  await tap('reading-back');
  assert.equal(await act(point.page, 'reading-agreed').count(), 0);
  await tap('reading-agree');
  await tap('reading-agree-yes');
  await act(point.page, 'reading-agreed').waitFor();
  await tap('reading-shut');
  await tap('point-read');
  await reader(SECOND).tap();
  await turnTo(SAID);
  await act(point.page, 'reading-agree').waitFor();
  assert.equal(await point.page.locator('[data-kind="asked"]').count(), 0, 'what the other asked is the other\'s');
  await clerk.page.reload();
  await clerk.page.getByText(new RegExp(`${FIRST} \\(tại Trại tạm giam số 2\\) đã đọc, đồng ý`)).waitFor();
});

step('the next hearing of the day comes by itself: its minutes wait, and its opening shuts those of the first', { timeout: 240_000 }, async () => {
  next = await clerk.page.evaluate(async (id) => {
    const ask = async (method, path, body) => {
      const answer = await fetch(`/api/v1/hearings${path}`, { method, headers: { 'content-type': 'application/json' }, body: body && JSON.stringify(body) });
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    };
    const former = await ask('GET', `/${id}`);
    const people = former.people.map(({ name, role, point, own_screen: own, account }) => ({ name: role === 'defendant' ? `${name} II` : name, role, point, own_screen: own, account }));
    return (await ask('POST', '', { case: '99/2026/TLST-HS', title: 'Cố ý gây thương tích', procedure: former.procedure, starts: former.starts, points: former.points.map((one) => one.id ?? one), people })).id;
  }, court.hearing);
  // The waiting room of the next case stands behind what is read, and is there once the minutes are shut.
  await judge.page.goto(`${court.origin}/bench/${next}`);
  await untilState(judge.page, 'waiting');
  await judge.page.locator('[data-testid^="act-admit-"]').first().waitFor();
  await row(SAID).waitFor();
  await tap('reading-shut');
  await untilState(point.page, 'waiting');
  assert.ok(!(await point.page.locator('body').innerText()).replaceAll(' II', '#').includes(`${FIRST}\n`), 'no names of another case stand on the screen');
  await shot(point, 'point-waiting-read');
  await tap('point-read');
  await reader(SECOND).tap();
  await turnTo(SAID);
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await act(point.page, 'reading-stopped').waitFor();
  await untilState(point.page, 'in_session');
  assert.equal(await act(point.page, 'point-minutes').count(), 0);
  assert.equal(await act(point.page, 'point-read').count(), 0);
  await shot(point, 'point-minutes-stopped');
  assert.deepEqual(await found(point, 'stopped'), []);
  await act(point.page, 'reading-stopped').waitFor({ state: 'detached' });
});
