// Private rooms: counsel and the defendant at the detention point, alone, in session with the judge's leave.
import assert from 'node:assert/strict';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { courtForTests, openStaff } from './lib/court.mjs';
import { amiss, found, press, shot } from './lib/looks.mjs';
import { act, admitAll, enterByCode, logIn, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests();
/** By the content that they send: 1 judge, 2 the point, 3 counsel, 4 the prosecutor. */
let judge, point, counsel, prosecutor, clerk;

const flowing = (seen, kind) => Object.values(seen).filter((one) => one.kind === kind && (kind === 'audio' ? one.id !== null : one.frames > 0)).map((one) => one.id);
/** Decodes these and nobody else, and hears these. */
const only = (ids) => (seen) => {
  const [pictures, sounds] = [flowing(seen, 'video'), flowing(seen, 'audio')];
  return ids.every((id) => pictures.includes(id) && sounds.includes(id)) && [...pictures, ...sounds].every((id) => ids.includes(id));
};
const nothingOf = (ids) => (seen) => [...flowing(seen, 'video'), ...flowing(seen, 'audio')].every((id) => !ids.includes(id));
const inside = (who) => act(who.page, 'private-room').waitFor();
const calls = (page) => page.locator('[data-testid^="call-"]');

/** Counsel asks, and somebody at the point presses. */
async function talk() {
  await press(counsel.page.locator('[data-testid^="consult-"]').first());
  await calls(point.page).waitFor();
  await press(point.page.locator('[data-testid^="accept-"]'));
  await Promise.all([inside(counsel), inside(point)]);
}

step('everybody comes in, and the session is open', { timeout: 240_000 }, async () => {
  [judge, clerk, point, counsel, prosecutor] = await Promise.all([
    openChromium({ id: 1 }), openStaff(court, 'clerk', { size: { width: 1366, height: 768 } }),
    openChromium({ id: 2, size: { width: 1920, height: 1080 } }), openChromium({ id: 3, size: { width: 1366, height: 768 } }), openChromium({ id: 4 })]);
  await logIn(judge.page, court.origin, 'judge', court.password.judge);
  await judge.page.goto(`${court.origin}/bench/${court.hearing}`);
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  await point.page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await enterByCode(prosecutor.page, court.origin, court.code.prosecutor);
  await act(counsel.page, 'waiting-room').waitFor();
  await counsel.page.locator('[data-testid^="consult-"]').waitFor();
  await shot(counsel, 'rooms-wait');
  assert.deepEqual(await amiss(counsel, 'waiting, may ask'), []);
  await admitAll(judge.page, 3);
  await openSession(judge.page);
  await Promise.all([judge, clerk, point, counsel, prosecutor].map(({ page }) => untilState(page, 'in_session')));
  await act(counsel.page, 'mic-on').or(act(counsel.page, 'mic-off')).first().waitFor();
});

step('in session it needs the judge\'s leave; asked, the point answers by one press', { timeout: 240_000 }, async () => {
  // Without leave nobody is asked.
  await counsel.page.locator('[data-testid^="consult-"]').first().waitFor({ state: 'detached' });
  await press(act(judge.page, 'act-rooms'));
  await judge.page.locator('[data-testid^="allow-"]').first().waitFor();
  await shot(judge, 'bench-rooms', true);
  assert.deepEqual(await found(judge, 'bench, private rooms'), []);
  await press(judge.page.locator('li', { hasText: 'Lê Thu Hà' }).locator('[data-testid^="allow-"]'));
  await press(act(judge.page, 'rooms-confirm'));
  const ask = counsel.page.locator('[data-testid^="consult-"]');
  await ask.waitFor();
  await shot(counsel, 'party-may-ask');
  await press(ask);
  await calls(point.page).waitFor();
  await act(counsel.page, 'asked').waitFor();
  await shot(point, 'point-called', true);
  await shot(counsel, 'party-asks');
  assert.deepEqual([...await amiss(point, 'point, called'), ...await amiss(counsel, 'counsel asks')], []);
  for (const button of await point.page.locator('.k-call button').all()) assert.ok((await button.boundingBox()).height >= 64, 'large enough');
  await press(point.page.locator('[data-testid^="decline-"]'));
  await act(counsel.page, 'asked').waitFor({ state: 'detached' });
  await calls(point.page).waitFor({ state: 'detached' });
});

step('the two hear and see each other, and nobody else has anything of it', { timeout: 240_000 }, async () => {
  await untilTracks(judge.page, (seen) => [2, 3].every((id) => flowing(seen, 'video').includes(id)), 'before the talk');
  await talk();
  await Promise.all([untilTracks(counsel.page, only([2]), 'counsel has the point'), untilTracks(point.page, only([3]), 'the point has counsel')]);
  await Promise.all([counsel, point].map(({ page }) => act(page, 'room-code').waitFor()));
  const codes = await Promise.all([counsel, point].map(({ page }) => act(page, 'room-code').innerText()));
  assert.match(codes[0].replace(/\s+/g, ' '), /^\d{5} \d{5} \d{5} \d{5}$/);
  assert.equal(codes[0], codes[1], 'the same code on both screens');
  for (const who of [judge, clerk, prosecutor]) await untilTracks(who.page, nothingOf([2, 3]), `nothing of it at ${who.id ?? 'the desk'}`);
  await judge.page.locator('.empty-seat', { hasText: 'Đang ở phòng riêng' }).first().waitFor();
  await shot(judge, 'bench-away', true);
  await shot(counsel, 'party-private', true);
  await shot(point, 'point-private', true);
  assert.match(await act(counsel.page, 'hearers').innerText(), /Đặng Văn Thức/);
  assert.deepEqual([...await amiss(counsel, 'counsel inside'), ...await amiss(point, 'point inside'), ...await amiss(judge, 'bench, two away')], []);
  const small = counsel.page.viewportSize();
  await counsel.page.setViewportSize({ width: 320, height: 700 });
  await shot(counsel, 'party-private-320');
  await counsel.page.setViewportSize(small);
});
