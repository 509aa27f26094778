// What a browser refuses or lacks, whether the pages can be used by everybody (keyboard, language, WCAG, small screens),
// and what they say while the server is away.
import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { test } from 'node:test';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { courtForTests, openBench, openPlan } from './lib/court.mjs';
import { misfits, sized } from './lib/fits.mjs';
import { wrong } from './lib/names.mjs';
import { heard, listen, times, untilSaid } from './lib/said.mjs';
import { act, logIn, openSession, untilState } from './lib/people.mjs';

const OPTIONS = { timeout: 240_000 };
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const court = courtForTests(), { server } = court;

async function typeCode(page, code) {
  await page.goto(`${server.origin}/enter`);
  await act(page, 'code-input').fill(code);
  await act(page, 'code-submit').click();
  await page.waitForURL('**/check**');
}

/** Findings of axe, each with the elements it is about. */
async function findings({ page }, where) {
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  return violations.map((v) => `${where}: ${v.id} (${v.impact}): ${v.nodes.map((n) => `${n.target} ${n.failureSummary?.replace(/\s+/g, ' ')}`).join(' | ')}`);
}

test('a camera that the browser refuses: the check says how to allow it, and the person goes on with sound', OPTIONS, async () => {
  const judge = await openBench(court);

  const counsel = await openChromium({ fakeUi: false, permissions: ['microphone'] });
  const { page } = counsel;
  await typeCode(page, court.code.counsel);
  const camera = page.locator('[data-testid="check-camera"][data-tone="look"]');
  await camera.waitFor();
  const said = await camera.innerText();
  assert.match(said, /Trình duyệt không cho dùng camera|không cho/i, said);
  assert.match(said, /Cho phép/, `how to allow it: ${said}`);
  assert.match(said, /chỉ với tiếng/, `one can go on with sound: ${said}`);
  assert.equal(await page.locator('[data-testid="check-microphone"][data-tone="look"]').count(), 0, 'the microphone is had');
  assert.deepEqual(await findings(counsel, 'check, camera refused'), []);
  await act(page, 'enter').click();
  await act(page, 'waiting-room').waitFor();
  // With sound: the judge admits and opens, and what arrives from counsel is a voice without a picture.
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await untilState(page, 'in_session');
  const seen = await untilTracks(judge.page, (s) => Object.keys(s).some((track) => track.endsWith('-microphone') && s[track].db > -100) && Object.values(s).every((t) => t.kind === 'audio' || t.id !== undefined), 'the sound of counsel arrives');
  assert.ok(!Object.keys(seen).some((track) => track.endsWith('-camera1') && seen[track].id !== 1), JSON.stringify(seen));
  await judge.close();
  await counsel.close();
});

test('a browser without WebRTC is told which browsers will do', OPTIONS, async () => {
  const old = await openChromium({ scripts: [() => { delete globalThis.RTCPeerConnection; }] });
  for (const path of ['/enter', '/check', '/party', '/point', '/observe']) {
    await old.page.goto(`${server.origin}${path}`);
    await old.page.getByText(/Firefox/).waitFor();
    const said = await old.page.locator('main').innerText();
    assert.match(said, /WebRTC/, path);
    for (const name of ['Chrome', 'Edge', 'Firefox', 'Safari']) assert.ok(said.includes(name), `${path} names ${name}: ${said}`);
  }
  assert.deepEqual(await findings(old, 'without WebRTC'), []);
  await old.close();
});

test('the plan takes nobody out of the hearing by itself, and who is taken out goes on with one press', OPTIONS, async () => {
  const judge = await openBench(court, { state: null });
  const plan = await judge.context.newPage();
  const asked = async () => {
    await act(plan, 'live-open').click();
    await act(plan, 'live-take').waitFor();
  };
  for (const visit of ['first', 'again']) {
    await (visit === 'first' ? plan.goto(`${server.origin}/prepare/${court.hearing}`) : plan.reload());
    await asked();
    await act(plan, 'live-take-back').click();
    await act(plan, 'live-take').waitFor({ state: 'detached' });
    assert.equal(await act(judge.page, 'go-on-here').count(), 0, `${visit}: the judge sits on`);
  }
  await asked();
  assert.match(await act(plan, 'live-take').innerText(), /thay cho màn hình kia/);
  assert.deepEqual(await findings({ page: plan }, 'the question'), []);
  await act(plan, 'live-take-confirm').click();
  await act(plan, 'record-state').waitFor();
  await act(judge.page, 'go-on-here').waitFor();
  await plan.reload();
  await act(plan, 'live-open').waitFor();
  await act(judge.page, 'go-on-here').click();
  await act(judge.page, 'state-line').waitFor();

  // And the other way round: the plan is told that it is its seat no more.
  await asked();
  await act(plan, 'live-take-confirm').click();
  await act(judge.page, 'go-on-here').click();
  await act(plan, 'live-moved').waitFor();
  await act(judge.page, 'state-line').waitFor();
  assert.match(await act(plan, 'live-open').innerText(), /Tiếp tục ở màn hình này/);
  await judge.close();
});

test('the keyboard alone logs in; the language changes for the whole page', OPTIONS, async () => {
  const { page, close } = await openChromium({});
  await page.goto(`${server.origin}/login`);
  await act(page, 'login-user').waitFor();
  const lang = () => page.evaluate(() => document.documentElement.lang);
  const focused = () => page.evaluate(() => document.activeElement?.dataset.testid ?? null);
  const tabTo = async (testid, key = 'Tab') => {
    for (let n = 0; n < 15; n++) {
      if (await focused() === testid) return;
      await page.keyboard.press(key);
    }
    assert.fail(`${key} never reaches ${testid}`);
  };
  assert.equal(await lang(), 'vi');
  const title = await page.getByRole('heading', { level: 1 }).innerText();
  await tabTo('language');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.lang === 'en');
  assert.notEqual(await page.getByRole('heading', { level: 1 }).innerText(), title);
  await page.reload();
  await act(page, 'login-user').waitFor();
  // The choice stays. The document's language is told after the page is there.
  await page.waitForFunction(() => document.documentElement.lang === 'en');

  await tabTo('login-user');
  await page.keyboard.type('clerk');
  await tabTo('login-password');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  // What was refused is read in the language of the screen, also when that changes afterwards.
  const refused = act(page, 'refused');
  await refused.getByText('Wrong name or password').waitFor();
  await act(page, 'language').click();
  await refused.getByText('Sai tên đăng nhập hoặc mật khẩu').waitFor();
  await act(page, 'language').click();
  await tabTo('login-password');
  await page.keyboard.type(court.password.clerk);
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
  // The page is there before what it lists, and the list moves what has the focus.
  await act(page, 'logout').waitFor();
  for (const listed of ['hearing-row', 'due-list']) await act(page, listed).first().waitFor();
  assert.equal(await lang(), 'en');
  await tabTo('logout');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/login');
  await close();
});

/** Elements that stick out of the page to the right, if it is wider than its window. */
const sticksOut = (page) => page.evaluate(() => document.documentElement.scrollWidth <= innerWidth ? [] : [...document.querySelectorAll('body *')]
  .filter((one) => one.getBoundingClientRect().right > innerWidth).map((one) => `${one.tagName}.${one.className}`));

/** What the pages before and around a hearing have amiss: for everybody, in a window of 320 px, in those of 360 and 1280. */
const amiss = { axe: [], wide: [], cut: [] };
let looked = 0;

/** Looks at a page in all ways, once what says that it is there is there. */
async function look(who, name, ready, path) {
  const { page } = who, size = page.viewportSize();
  if (path) await page.goto(`${server.origin}${path}`);
  await page.locator(ready).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  amiss.axe.push(...await findings(who, name), ...await wrong(page, name));
  await sized(page, { width: 320, height: 640 });
  amiss.wide.push(...(await sticksOut(page)).map((one) => `${name}: ${one}`));
  await page.setViewportSize(size);
  amiss.cut.push(...await misfits(who, name));
  looked += 1;
}

const named = (testid) => `[data-testid="${testid}"]`;

async function lookAsClerk() {
  const clerk = await openChromium({ size: { width: 1366, height: 768 } }), { page } = clerk;
  await look(clerk, 'login', named('login-user'), '/login');
  await look(clerk, 'enter', named('code-input'), '/enter');
  await act(page, 'language').click();
  await look(clerk, 'enter in English', named('code-input'));
  await act(page, 'language').click();
  await look(clerk, 'point, not enrolled', named('kiosk'), '/point');
  await logIn(page, server.origin, 'clerk', court.password.clerk);
  await look(clerk, 'prepare', named('hearing-row'), '/prepare');
  await look(clerk, 'prepare, search', named('hearing-row'), '/prepare?q=45');
  await look(clerk, 'prepare, new', named('new-case'), '/prepare/new');
  await look(clerk, 'prepare, one hearing', `${named('live-open')}, ${named('roster')}`, `/prepare/${court.hearing}`);
  await look(clerk, 'records', named('record-search'), '/records');
  await look(clerk, 'desk', named('state-line'), `/desk/${court.hearing}`);
  await clerk.close();
}

async function lookAsGuest() {
  const guest = await openChromium({ id: 3 });
  await typeCode(guest.page, court.code.prosecutor);
  await look(guest, 'check', '[data-testid="check-camera"][data-tone="ok"]');
  await act(guest.page, 'enter').click();
  await look(guest, 'waiting room', named('waiting-room'));
  await guest.close();
}

test('axe finds nothing, every control has a name and headings are in order on the pages before and around a hearing', OPTIONS, async () => {
  const judge = openBench(court, { state: null });
  await Promise.all([lookAsClerk(), lookAsGuest(), judge.then((who) => look(who, 'bench', named('state-line')))]);
  await (await judge).close();
  assert.deepEqual(amiss.axe, [], amiss.axe.join('\n'));
});

test('none of them is wider than a window of 320 px (WCAG 1.4.10), and none cuts anything off at 360 or 1280', () => {
  assert.equal(looked, 13);
  assert.deepEqual(amiss.wide, []);
  assert.deepEqual(amiss.cut, []);
});

/** What of the states and names is not to be seen in full: cut by an ancestor, or by its own edge. */
const cutOff = (page) => page.evaluate(() => {
  const cut = [];
  for (const one of document.querySelectorAll('.mark-state, .seat-tag, .badge, .who-name, .point-of, .case-number, .heard-now li')) {
    const box = one.getBoundingClientRect();
    let whole = box.width > 0 && box.left >= 0 && box.right <= innerWidth && one.scrollWidth <= one.clientWidth + 1;
    for (let up = one.parentElement; up && whole; up = up.parentElement) {
      const edge = up.getBoundingClientRect();
      whole = getComputedStyle(up).overflowX === 'visible' || (box.left >= edge.left - 1 && box.right <= edge.right + 1);
    }
    if (!whole) cut.push(`${one.className}: ${one.textContent}`);
  }
  return cut;
});

/** What is written over the tiles and lies on something else that is, or outside of its picture. */
const covered = (page) => page.evaluate(() => {
  const found = [];
  for (const pic of document.querySelectorAll('.seat-pic')) {
    const edge = pic.getBoundingClientRect();
    const parts = [...pic.querySelectorAll('.seat-tag, .empty-seat .i, .empty-seat p, .badge')].map((one) => ({ one, box: one.getBoundingClientRect() })).filter(({ one, box }) => box.width > 1 && one.parentElement.clientWidth !== 1);
    const name = ({ one }) => `${innerWidth} px: ${one.className} ${one.textContent}`;
    parts.forEach((a, n) => {
      if (a.box.top < edge.top || a.box.bottom > edge.bottom || a.box.left < edge.left || a.box.right > edge.right) found.push(`${name(a)} is cut`);
      for (const b of parts.slice(n + 1)) {
        if (a.box.left < b.box.right && b.box.left < a.box.right && a.box.top < b.box.bottom && b.box.top < a.box.bottom) found.push(`${name(a)} on ${name(b)}`);
      }
    });
  }
  return found;
});

test('a tile without a picture shows whole what stands for it and that it has no microphone', OPTIONS, async () => {
  // In session or not: the tests before this one decide.
  const judge = await openBench(court, { state: null, size: { width: 1024, height: 700 } }), { page } = judge;
  // The clerk who looks on from the plan sends nothing.
  const clerk = await openPlan(court);
  await page.locator('.seat-pic', { has: page.locator('.empty-seat') }).filter({ hasText: 'Không có micrô' }).waitFor();
  for (const width of [1024, 1100, 1280]) {
    await sized(page, { width, height: 700 });
    assert.deepEqual(await covered(page), []);
  }
  await judge.close();
  await clerk.close();
});

test('at 1024 x 700 the bench cuts off no mark of a state and no name; while the server is away it says what is not known', OPTIONS, async () => {
  const judge = await openBench(court, { state: null, size: { width: 1024, height: 700 }, scripts: [listen] }), { page } = judge;
  const point = await openChromium({ id: 2 });
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await point.page.locator('.k-own').waitFor();
  const cut = await misfits(point, 'kiosk, waiting');
  // Others may wait as well: a code that was used in two browsers asks the court.
  await page.locator('.asks-list li', { hasText: 'Trại tạm giam' }).locator('[data-testid^="act-admit-"]').click();
  await untilState(point.page, 'in_session');
  await page.waitForFunction(() => document.querySelector('[data-testid="heard-now"]')?.dataset.say === 'heard');
  // Hears, sees, is heard.
  await page.locator('.pointname .mark-state').nth(2).waitFor();
  for (const language of ['vi', 'en']) {
    assert.deepEqual(await cutOff(page), [], language);
    await act(page, 'language').click();
  }
  cut.push(...await misfits(judge, 'bench'), ...await misfits(point, 'kiosk, in session'));
  // Ruling 5: the screen always says who can hear and see; also when it cannot know.
  await heard(page);
  await server.kill();
  await untilState(page, 'lost');
  const alert = await untilSaid(page, /Mất đường truyền từ/);
  assert.equal(alert.length, 1, `said once: ${alert.join(' | ')}`);
  assert.equal(await act(page, 'heard-now').getAttribute('data-say'), 'unknown');
  assert.deepEqual(await cutOff(page), [], 'without a line');
  const said = await page.locator('body').innerText();
  for (const untrue of ['Đang xét xử', 'Đang ghi', 'đã đọc lại', 'nghe được', 'nơi,']) assert.ok(!said.includes(untrue), `${untrue}: ${said}`);
  assert.match(said, /Mất đường truyền từ \d\d:\d\d:\d\d/);
  assert.equal(await page.locator('.court button:not([disabled])').count(), 0, 'no act is offered');
  await untilState(point.page, 'lost');
  cut.push(...await misfits(judge, 'bench, lost'), ...await misfits(point, 'kiosk, lost'));
  await heard(page);
  await server.start();
  await untilState(page, 'held');
  assert.equal(times(await untilSaid(page, /dừng chờ/i), /dừng chờ/i), 1);
  await page.locator('[data-testid="act-resume"]:enabled').waitFor();
  await untilState(point.page, 'held');
  cut.push(...await misfits(judge, 'bench, held'), ...await misfits(point, 'kiosk, held'));
  assert.deepEqual(cut, []);
  // Closed without another session: nothing was read back by this server, and nothing is wrong.
  const recorded = () => act(page, 'record-state').getAttribute('data-say');
  assert.equal(await recorded(), 'resting');
  await act(page, 'act-close').click();
  await act(page, 'act-close-confirm').click();
  await untilState(page, 'closed');
  assert.equal(await recorded(), 'closed');
  assert.match(await act(page, 'record-state').innerText(), /Đã kết thúc lúc \d\d:\d\d:\d\d/);
  await judge.close();
  await point.close();
});
