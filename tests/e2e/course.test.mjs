// The course of a session under a real procedure, from the opening to the close: phases, what is read, the floor and hands,
// witnesses, mute and pause. The judge uses the keyboard alone.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { sized } from './lib/fits.mjs';
import { amiss, found, keyed, press, reach, shot, shutNames } from './lib/looks.mjs';
import { act, enterByCode, untilState } from './lib/people.mjs';
import { addWitness, sharePoint } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 300_000 };
const court = courtForTests(), { server } = court;
let judge, clerk, point, counsel, witness, counselSeat, witnessSeat, pointSeat;

const phase = (page, id) => page.locator(`[data-testid="phases"] [data-phase="${id}"][data-at="present"]`).waitFor();
const seatOf = async (name) => Number((await judge.page.locator('section[data-testid^="seat-"]', { hasText: name }).first().getAttribute('data-testid')).split('-')[1]);

/** Goes on to the next phase without reading what is left of this one, with a reason. */
async function goOn(to) {
  await keyed(judge.page, 'act-advance');
  await act(judge.page, 'move').waitFor();
  await reach(judge.page, 'move-reason');
  await judge.page.keyboard.type('Đã phổ biến tại phòng xử án');
  await keyed(judge.page, 'move-confirm');
  await phase(judge.page, to);
}

step('a court with a witness apart: before the opening every phase is to come, and the judge sees who waits', OPTIONS, async () => {
  clerk = await openStaff(court, 'clerk');
  await sharePoint(clerk.page, court.hearing);
  court.code.witness = await addWitness(clerk.page, court.hearing, 'Triệu Thị Sen');
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  await act(clerk.page, 'state-line').waitFor();
  [judge, counsel, witness, point] = await Promise.all([
    openBench(court), openChromium({ id: 3 }), openChromium({ size: { width: 1024, height: 768 } }), openChromium({ id: 2, size: { width: 1920, height: 1080 } }),
  ]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await enterByCode(witness.page, court.origin, court.code.witness);
  await act(witness.page, 'waiting-room').waitFor();
  await judge.page.waitForFunction(() => document.querySelectorAll('[data-testid^="act-admit-"]').length >= 3);
  [counselSeat, witnessSeat, pointSeat] = [await seatOf('Lê Thu Hà'), await seatOf('Triệu Thị Sen'), await seatOf('Trại tạm giam')];
  assert.equal(await judge.page.locator('[data-testid="phases"] li').count(), 6);
  assert.equal(await judge.page.locator('[data-testid="phases"] [data-at="to_come"]').count(), 6);
  await shot(judge, 'bench-waiting', true);
  assert.deepEqual(await amiss(judge, 'bench, waiting'), []);
});

step('the judge calls in and opens without the prosecutor, with a reason', OPTIONS, async () => {
  const { page } = judge;
  for (const name of ['Lê Thu Hà', 'Trại tạm giam']) await keyed(page, `act-admit-${await seatOf(name)}`);
  await act(counsel.page, 'phases').waitFor();
  await keyed(page, 'act-open');
  await act(page, 'without').waitFor();
  assert.match(await act(page, 'without').innerText(), /Kiểm sát viên/);
  assert.ok(await act(page, 'without-confirm').isDisabled(), 'a reason is wanted');
  await shot(judge, 'bench-opening', true);
  assert.deepEqual(await found(judge, 'bench, opening'), []);
  await reach(page, 'without-reason');
  await page.keyboard.type('Kiểm sát viên đến muộn');
  await keyed(page, 'without-confirm');
  await Promise.all([judge, clerk, counsel].map(({ page: one }) => phase(one, 'opening')));
});

step('what must be read is ticked off one by one; the clerk reads along', OPTIONS, async () => {
  const { page } = judge;
  await act(page, 'prompts').waitFor();
  await shot(judge, 'bench', true, true);
  for (const [id, next] of [['open', /Thư ký báo cáo/], ['presence', /Kiểm tra căn cước/], ['identity', /Giải thích hình thức/]]) {
    await keyed(page, `prompt-read-${id}`);
    // The focus is on the next text, on no act.
    await page.waitForFunction((source) => {
      const { activeElement: on } = document;
      return on?.dataset.testid === 'prompt-now' && new RegExp(source).test(on.textContent);
    }, next.source);
  }
  await act(clerk.page, 'prompt-now').filter({ hasText: 'Giải thích hình thức' }).waitFor();
  await act(clerk.page, 'prompts-open').filter({ hasText: 'Đã đọc 3/10' }).waitFor();
  assert.equal(await clerk.page.locator('[data-testid^="prompt-read-"]').count(), 0, 'the clerk ticks nothing off');
  await shot(judge, 'bench-prompts');
  assert.deepEqual([...await amiss(judge, 'bench, prompts'), ...await amiss(clerk, 'desk, prompts')], []);
  // Going on is refused kindly: what is left, and a reason.
  await keyed(page, 'act-advance');
  await act(page, 'move').waitFor();
  assert.equal(await act(page, 'move').locator('li[data-read="false"]').count(), 4);
  assert.ok(await act(page, 'move-confirm').isDisabled());
  await shot(judge, 'bench-unread', true);
  assert.deepEqual(await found(judge, 'bench, unread'), []);
  await page.keyboard.press('Escape');
  await act(page, 'move').waitFor({ state: 'detached' });
  // The rest from the list of all.
  await keyed(page, 'prompts-open');
  for (const id of ['online-form', 'rights', 'rules', 'replacement']) {
    await press(act(page, 'prompts-all').locator(`[data-testid="prompt-read-${id}"]`));
    await act(page, 'prompts-all').locator(`[data-testid="prompt-${id}"][data-read="true"]`).waitFor();
  }
  await shot(judge, 'bench-prompts-all', true);
  assert.deepEqual(await found(judge, 'bench, all prompts'), []);
  await page.keyboard.press('Escape');
});

step('counsel asks to speak; the judge gives the floor and takes it back', OPTIONS, async () => {
  const { page } = judge;
  await press(act(counsel.page, 'hand-raise'));
  await act(counsel.page, 'hand-lower').waitFor();
  await act(page, `hand-${counselSeat}`).waitFor();
  await act(clerk.page, `hand-${counselSeat}`).waitFor();
  await shot(judge, 'bench-hand', true, true);
  assert.deepEqual([...await amiss(judge, 'bench, hand'), ...await amiss(counsel, 'party, hand')], []);
  await keyed(page, `hand-later-${counselSeat}`);
  // Later: a line of its own, without this act.
  await act(page, `hand-later-${counselSeat}`).waitFor({ state: 'detached' });
  await act(page, `hand-${counselSeat}`).waitFor();
  await keyed(page, `give-floor-${counselSeat}`);
  await page.locator(`[data-testid="floor"][data-seat="${counselSeat}"]`).waitFor();
  await act(counsel.page, 'floor-mine').waitFor();
  assert.equal(await act(counsel.page, 'hand-lower').count(), 0, 'the hand is lowered');
  await shot(counsel, 'party-floor', true);
  await keyed(page, 'take-floor');
  await act(page, 'floor').waitFor({ state: 'detached' });
});

step('a room asks to speak from its own screen and is told plainly that it has the floor', OPTIONS, async () => {
  const { page } = judge;
  await point.page.getByText('Phần Bắt đầu phiên tòa').waitFor();
  const places = () => point.page.evaluate(() => [...document.querySelectorAll('.k-strip button, .k-lead')].map((one) => { const { x, y, width, height } = one.getBoundingClientRect(); return [x, y, width, height].map(Math.round).join(' '); }));
  const before = await places();
  await press(act(point.page, 'hand-raise'));
  await act(point.page, 'hand-lower').waitFor();
  assert.deepEqual(await places(), before, 'nothing moves');
  await page.locator(`[data-testid="seat-${pointSeat}"]`, { hasText: 'Xin nói' }).waitFor();
  await shot(point, 'point-hand', true, true);
  assert.deepEqual(await amiss(point, 'point, hand'), []);
  await keyed(page, `give-floor-${pointSeat}`);
  await point.page.getByText('Tòa án đang cho phòng này phát biểu').waitFor();
  await shot(point, 'point-floor', true);
  await keyed(page, 'take-floor');
  await act(point.page, 'hand-raise').waitFor();
});

step('counsel tells the court that they cannot hear, and takes it back', OPTIONS, async () => {
  await press(act(counsel.page, 'say-cannot_hear'));
  await judge.page.locator('[data-kind="cannot_hear"]', { hasText: 'Lê Thu Hà' }).waitFor();
  await counsel.page.locator('[data-testid="say-cannot_hear"][data-at="sent"]').waitFor();
  await shot(counsel, 'party-signal', true);
  assert.deepEqual(await amiss(counsel, 'party, signal'), []);
  await sized(counsel.page, { width: 320, height: 640 });
  assert.ok(await counsel.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out at 320 px');
  await counsel.page.setViewportSize({ width: 1440, height: 900 });
  await press(act(counsel.page, 'withdraw-cannot_hear'));
  await judge.page.locator('[data-kind="cannot_hear"]').waitFor({ state: 'detached' });
});

step('the next phase; the witness is called in, sent out to wait, called again and may go', OPTIONS, async () => {
  const { page } = judge;
  await keyed(page, 'act-advance');
  await Promise.all([judge, clerk, counsel].map(({ page: one }) => phase(one, 'questioning')));
  await page.waitForFunction(() => document.activeElement?.className === 'rail');
  assert.equal(await page.locator('[data-testid="phases"] [data-phase="opening"][data-at="past"]').count(), 1);
  assert.match(await act(page, 'act-call').innerText(), /1 người làm chứng/);
  const callIn = async () => {
    await keyed(page, 'act-call');
    await keyed(page, `call-in-${witnessSeat}`);
    await act(witness.page, 'phases').waitFor();
  };
  await callIn();
  await act(page, `dismiss-stays-${witnessSeat}`).waitFor();
  // Protected from the defendants: the room is told of an order and of nothing else, the court sees whom it protects.
  const kept = point.page.locator('.k-seat', { hasText: 'Được giữ kín theo lệnh của Tòa án' });
  await kept.waitFor();
  assert.ok(!/Triệu Thị Sen/.test(await point.page.locator('body').innerText()));
  await page.locator(`[data-testid="seat-${witnessSeat}"]`, { hasText: 'Được bảo vệ' }).waitFor();
  await shot(point, 'point-withheld', true);
  await shot(judge, 'bench-call', true);
  assert.deepEqual(await found(judge, 'bench, call'), []);
  await keyed(page, `dismiss-stays-${witnessSeat}`);
  await act(witness.page, 'waiting-room').waitFor();
  assert.match(await witness.page.locator('body').innerText(), /Phòng chờ riêng/);
  await page.keyboard.press('Escape');
  await callIn();
  await keyed(page, `dismiss-goes-${witnessSeat}`);
  await witness.page.getByText(/có thể ra về/).waitFor();
  await page.keyboard.press('Escape');
});

step('the clerk says whose a signal of the room is, and sees who was reported, by whom and when', OPTIONS, async () => {
  await press(act(point.page, 'say-cannot_see'));
  await shutNames(point.page);
  const open = clerk.page.locator('[data-kind="cannot_see"]');
  await open.getByText('chưa nêu tên').waitFor();
  await shot(clerk, 'desk-signal-whose', true);
  assert.deepEqual(await amiss(clerk, 'desk, whose signal'), []);
  await press(open.locator('[data-testid^="name-"]', { hasText: 'Ma Đình Tú' }));
  await judge.page.locator('[data-kind="cannot_see"]', { hasText: 'Ma Đình Tú' }).waitFor();
  await press(clerk.page.locator('[data-testid^="answer-works_again-"]'));
  await press(act(clerk.page, 'roll-call'));
  const line = clerk.page.locator('tr[data-testid^="roll-"]', { hasText: 'Ma Đình Tú' });
  await press(line.locator('[data-testid^="roll-present-"]'));
  await line.locator('.roll-by').filter({ hasText: /^Trần Minh Khuê \d\d:\d\d:\d\d$/ }).waitFor();
  await shot(clerk, 'desk-roll-call-by');
  assert.deepEqual(await found(clerk, 'desk, roll call'), []);
  await clerk.page.keyboard.press('Escape');
});

step('a unit that watches is counted for the court', OPTIONS, async () => {
  await witness.close();
  const unit = await openChromium({ size: { width: 1024, height: 768 } });
  await unit.page.goto(`${court.origin}/enter`);
  await act(unit.page, 'code-input').fill(court.code.observer);
  await act(unit.page, 'code-submit').click();
  await phase(unit.page, 'questioning');
  for (const { page } of [judge, clerk]) await act(page, 'observers').filter({ hasText: '1 đơn vị dự khán' }).waitFor();
  await shot(clerk, 'desk', true, true);
  // A photograph of this screen says whose it was.
  assert.match(await act(unit.page, 'mark').textContent(), /\d\d:\d\d/);
  await shot(unit, 'observe', true);
  assert.deepEqual(await amiss(unit, 'observing'), []);
  await unit.close();
});

step('everybody is muted and locked in one act, and may speak again', OPTIONS, async () => {
  const { page } = judge;
  await keyed(page, 'act-mutelock-all');
  await counsel.page.getByText('Tòa án đã khóa micrô này').first().waitFor();
  await page.locator('[data-testid="act-mutelock-all"][aria-pressed="true"]').waitFor();
  await keyed(page, 'act-mutelock-all');
  await page.locator('[data-testid="act-mutelock-all"]:not([aria-pressed])').waitFor();
  await keyed(page, 'act-mute-all');
  await counsel.page.getByText('Tòa án đã tắt micrô này').first().waitFor();
});

step('another phase by choice; a deliberation is heard by nobody; after the last phase comes the close', OPTIONS, async () => {
  const { page } = judge;
  await goOn('debate');
  await keyed(page, 'act-advance-other');
  await act(page, 'move').waitFor();
  assert.equal(await act(page, 'move').locator('input[type="radio"]').count(), 2);
  await shot(judge, 'bench-choice');
  assert.deepEqual(await found(judge, 'bench, choice'), []);
  await page.keyboard.press('Escape');
  await goOn('last-word');
  // Open again, and not heard: it says why; everybody sees that it is cut.
  await press(act(page, `act-unmute-${counselSeat}`));
  await act(counsel.page, 'own-mic-text').filter({ hasText: 'Trong phần Lời nói sau cùng chỉ phát biểu khi chủ tọa cho phép' }).waitFor();
  await page.locator(`[data-testid="seat-${counselSeat}"]`, { hasText: 'Đã cắt tiếng' }).waitFor();
  await shot(counsel, 'party-not-heard', true, true);
  assert.deepEqual(await amiss(counsel, 'party, not heard'), []);
  await goOn('deliberation');
  await point.page.getByText('Hội đồng đang nghị án').waitFor();
  await shot(point, 'point-deliberation', true);
  await Promise.all([judge, clerk, counsel].map(({ page: one }) => act(one, 'deliberation').waitFor()));
  await shot(judge, 'bench-deliberation', true);
  assert.deepEqual(await amiss(judge, 'bench, deliberation'), []);
  await keyed(page, 'act-advance');
  await phase(page, 'verdict');
  await keyed(page, 'act-pause');
  await untilState(page, 'paused');
  await keyed(page, 'act-resume');
  await untilState(page, 'in_session');
  await shot(judge, 'bench-last-phase');
  await keyed(page, 'act-finish');
  await keyed(page, 'act-close-confirm');
  await untilState(page, 'closed');
});
