// The player in Chromium: a hearing is recorded with an interpreter, a phase and evidence, and then played: in step at every
// speed, picture by picture, by keyboard, in the voices and pictures that are chosen, from a link, a line and an event.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { cutText, sized } from './lib/fits.mjs';
import { amiss, found, keyed, press, reach, shot } from './lib/looks.mjs';
import { paper } from './lib/papers.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';
import { addInterpreter } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 300_000 };
const court = courtForTests();
let judge, clerk, counsel, interpreter, record;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const page = () => clerk.page;
const clockMs = () => page().evaluate(() => Number(document.querySelector('[data-testid="player-clock"]').dataset.ms));
/** Waits until the query of the address is as it should be: it is written a moment after a press. */
const untilQuery = (pattern) => page().waitForFunction((source) => new RegExp(source).test(location.search), pattern.source);
const pictures = () => page().locator('video[data-track]').count();
/** The player with the focus inside it and on nothing that has keys of its own. */
const intoPlayer = () => page().evaluate(() => document.querySelector('main.record').focus({ preventScroll: true }));
/** Stands still with a picture of every party. */
const untilShown = () => page().waitForFunction(() => {
  const videos = [...document.querySelectorAll('video[data-track]')];
  return videos.length > 0 && videos.every((video) => video.readyState >= 2 && !video.seeking && video.videoWidth > 0);
});
async function playing(wanted) {
  await page().waitForFunction((plays) => (document.querySelector('[data-testid="player-play"] .i-pause') !== null) === plays, wanted);
}

step('a hearing with counsel, an interpreter on the channel, a phase, a note and evidence is recorded', OPTIONS, async () => {
  clerk = await openStaff(court, 'clerk', { size: { width: 1440, height: 900 } });
  const code = await addInterpreter(clerk.page, court.hearing, 'Nông Thị Lan');
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  [judge, counsel, interpreter] = await Promise.all([openBench(court), openChromium({ id: 3 }), openChromium({ id: 4 })]);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await enterByCode(interpreter.page, court.origin, code);
  for (const name of ['Lê Thu Hà', 'Nông Thị Lan']) {
    const tile = judge.page.locator('section[data-testid^="seat-"]', { hasText: name }).first();
    const seat = (await tile.getAttribute('data-testid')).split('-')[1];
    await judge.page.locator(`[data-testid="act-admit-${seat}"]`).first().click();
  }
  await act(counsel.page, 'own-microphone').waitFor();
  await openSession(judge.page);
  await untilState(counsel.page, 'in_session');
  await act(interpreter.page, 'speak-on-interpretation').click();
  await interpreter.page.locator('[data-testid="speak-on"][data-channel="interpretation"]').waitFor();
  await act(counsel.page, 'hand-in-file').setInputFiles({ name: 'Giấy bán xe.pdf', mimeType: 'application/pdf', buffer: paper(2) });
  await press(act(clerk.page, 'exhibit-submit-1'));
  await press(act(judge.page, 'exhibit-admit-1'));
  await press(act(judge.page, 'exhibit-show-1'));
  await press(act(judge.page, 'exhibit-stop'));
  await reach(clerk.page, 'note');
  await clerk.page.keyboard.type('Bị cáo khai');
  await clerk.page.keyboard.press('Enter');
  await keyed(judge.page, 'act-advance');
  await act(judge.page, 'move').waitFor();
  await reach(judge.page, 'move-reason');
  await judge.page.keyboard.type('Đã phổ biến tại phòng xử án');
  await keyed(judge.page, 'move-confirm');
  await judge.page.locator('[data-testid="phases"] [data-phase="questioning"][data-at="present"]').waitFor();
  // Long enough to be played at three times the speed for a while.
  await judge.page.waitForTimeout(45_000);
  await press(act(judge.page, 'act-close').first());
  await press(act(judge.page, 'act-close-confirm'));
  await judge.page.locator('[data-testid="sealing"][data-at="sealed"]').waitFor();
  await Promise.all([counsel, interpreter, judge].map((who) => who.close()));
});

step('the record opens with a row for each seat, phase, speaker and exhibit, and fits on a phone', OPTIONS, async () => {
  await page().goto(`${court.origin}/records`);
  await act(page(), 'record-row').first().locator('a').first().click();
  await act(page(), 'player-play').waitFor();
  record = new URL(page().url()).pathname.split('/')[2];
  await untilShown();
  assert.equal(await pictures(), 3);
  await page().locator('[data-testid="row-phases"] .it', { hasText: 'Xét hỏi' }).waitFor();
  await page().locator('[data-testid="row-exhibits"] .exh').first().waitFor();
  assert.ok(await page().locator('[data-testid="row-speakers"] .voice').count() > 0, 'who spoke is told by the ledger');
  await act(page(), 'events-sort').selectOption('exhibits');
  await page().waitForFunction(() => {
    const kinds = [...document.querySelectorAll('.mins .mark')].map((mark) => mark.dataset.kind);
    return kinds.includes('exhibit_shown') && kinds.every((kind) => kind.startsWith('exhibit_'));
  });
  await act(page(), 'events-sort').selectOption('phases');
  await page().locator('.mark', { hasText: 'Sang phần Xét hỏi' }).waitFor();
  await act(page(), 'events-sort').selectOption('course');
  await act(page(), 'player-choose').click();
  await act(page(), 'choose').waitFor();
  await shot(clerk, 'player', true, true);
  assert.deepEqual(await amiss(clerk, 'player'), []);
  await sized(page(), { width: 320, height: 720 });
  assert.deepEqual(await page().evaluate(cutText), []);
  await shot(clerk, 'player-320');
  await sized(page(), { width: 1440, height: 900 });
  await act(page(), 'player-choose').click();
});

/** How far every element is from the clock, looked at ten times a second. */
function drifts(millis) {
  return page().evaluate(async (long) => {
    const seen = {};
    for (const end = performance.now() + long; performance.now() < end;) {
      await new Promise((done) => setTimeout(done, 100));
      for (const one of document.querySelectorAll('[data-track][data-drift]')) {
        if (!one.paused && !one.seeking) (seen[one.dataset.track] ??= []).push(Math.abs(Number(one.dataset.drift)));
      }
    }
    return seen;
  }, millis);
}

step('all tracks keep to the clock, at the usual speed and at three times that, with the pitch kept', OPTIONS, async () => {
  await act(page(), 'player-play').click();
  await playing(true);
  await page().waitForFunction(() => [...document.querySelectorAll('video[data-track]')].every((video) => !video.paused && video.currentTime > 0));
  await page().waitForTimeout(2000);
  const usual = await drifts(12_000);
  assert.equal(Object.keys(usual).length, 6, Object.keys(usual).join());
  for (const [track, seen] of Object.entries(usual)) {
    figure(`drift of ${track} at 1x`, `median ${median(seen)} ms, worst ${Math.max(...seen)} ms of ${seen.length}`);
    assert.ok(median(seen) < 80, `${track}: ${seen.join(' ')}`);
  }
  assert.ok(await page().evaluate(() => [...document.querySelectorAll('[data-track]')].every((one) => one.preservesPitch === true)));
  await act(page(), 'player-rate').selectOption('3');
  await page().waitForFunction(() => [...document.querySelectorAll('video[data-track]')].every((video) => Math.abs(video.playbackRate - 3) < 1));
  const [from, begun] = [await clockMs(), Date.now()];
  const fast = await drifts(6000);
  figure('clock at 3x', `${((await clockMs() - from) / (Date.now() - begun)).toFixed(2)} of the wall's`);
  for (const [track, seen] of Object.entries(fast)) figure(`drift of ${track} at 3x`, `median ${median(seen)} ms, worst ${Math.max(...seen)} ms of the record, ${Math.round(median(seen) / 3)} ms of the wall`);
  await act(page(), 'player-rate').selectOption('1');
  await act(page(), 'player-play').click();
  await playing(false);
});

/** The number of the picture that is shown, as its sender painted it. */
const painted = (track) => page().evaluate((id) => {
  const canvas = Object.assign(document.createElement('canvas'), { width: 160, height: 90 });
  const g = canvas.getContext('2d', { willReadFrequently: true });
  g.drawImage(document.querySelector(`video[data-track="${id}"]`), 0, 0, 160, 90);
  const line = g.getImageData(0, 5, 160, 1).data;
  let bits = 0;
  for (let b = 0; b < 16; b++) bits = (bits << 1) | (line[(b * 10 + 5) * 4] > 128 ? 1 : 0);
  return bits & 0xfff;
}, track);

/** Presses, and waits until a picture is drawn at the place that the element was sent to. */
async function stepped(track, pressing) {
  const before = await page().evaluate((id) => document.querySelector(`video[data-track="${id}"]`).currentTime, track);
  await pressing();
  await page().waitForFunction(({ id, was }) => {
    const video = document.querySelector(`video[data-track="${id}"]`);
    return video.currentTime !== was && !video.seeking && video.readyState >= 2;
  }, { id: track, was: before });
  await page().evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return painted(track);
}

step('while it stands, each press is the next picture that was recorded, and back again the same ones', OPTIONS, async () => {
  const track = await page().locator('video[data-track]').first().getAttribute('data-track');
  await page().locator('.enlarge').first().click();
  await untilQuery(/large=/);
  await page().locator('.mark[data-kind="phase_began"]').last().click();
  await playing(true);
  await act(page(), 'player-play').click();
  await playing(false);
  await untilShown();
  assert.ok(await act(page(), 'player-frame-forward').isEnabled());
  const forward = [], backward = [];
  await stepped(track, () => act(page(), 'player-frame-forward').click());
  forward.push(await painted(track));
  for (let n = 0; n < 8; n++) forward.push(await stepped(track, () => act(page(), 'player-frame-forward').click()));
  backward.push(forward.at(-1));
  for (let n = 0; n < 8; n++) backward.push(await stepped(track, () => act(page(), 'player-frame-back').click()));
  figure('pictures stepped through', `${forward.join(' ')}; back ${backward.join(' ')}`);
  const steps = forward.slice(1).map((number, n) => (number - forward[n] + 0x1000) & 0xfff);
  // The camera paints thirty a second; a busy machine encodes fewer, but no picture comes twice.
  assert.ok(steps.every((by) => by >= 1 && by <= 30), forward.join(' '));
  assert.deepEqual(backward, [...forward].reverse());
  const others = await page().evaluate(() => [...document.querySelectorAll('video[data-track]')].map((video) => video.currentTime));
  assert.ok(Math.max(...others) - Math.min(...others) < 0.04, `the others step as well: ${others.join(' ')}`);
});

step('by keyboard, while the focus is in the player, and never while somebody types', OPTIONS, async () => {
  await page().evaluate(() => document.activeElement?.blur());
  const still = await clockMs();
  await page().keyboard.press('l');
  await page().waitForTimeout(300);
  assert.equal(await clockMs(), still, 'elsewhere on the page the keys are the browser\'s');
  await intoPlayer();
  await page().keyboard.press('k');
  await playing(true);
  await page().keyboard.press(' ');
  await playing(false);
  const moves = async (key, by) => {
    const from = await clockMs();
    await page().keyboard.press(key);
    await page().waitForFunction(({ from: was, by: wanted }) => Math.abs(Number(document.querySelector('[data-testid="player-clock"]').dataset.ms) - was - wanted) < 5, { from, by });
  };
  await page().keyboard.press('Home');
  await page().waitForFunction(() => document.querySelector('[data-testid="player-clock"]').dataset.ms === '0');
  for (const [key, by] of [['l', 10_000], ['ArrowRight', 1000], ['Shift+ArrowRight', 10_000], ['ArrowLeft', -1000], ['j', -10_000]]) await moves(key, by);
  await page().keyboard.press('>');
  await page().waitForFunction(() => document.querySelector('[data-testid="player-rate"]').value === '1.25');
  await page().keyboard.press('<');
  await page().waitForFunction(() => document.querySelector('[data-testid="player-rate"]').value === '1');
  await page().keyboard.press('1');
  await page().locator('[data-testid^="lane-mute-"][aria-pressed="true"]').waitFor();
  await page().keyboard.press('1');
  await page().locator('[data-testid^="lane-mute-"][aria-pressed="true"]').waitFor({ state: 'detached' });
  // A button keeps its own key, and gives the others.
  await act(page(), 'player-keys').focus();
  await page().keyboard.press(' ');
  await act(page(), 'keys').waitFor();
  assert.deepEqual(await found(clerk, 'keys'), []);
  await shot(clerk, 'player-keys', true);
  const inside = await clockMs();
  await page().keyboard.press('l');
  await act(page(), 'keys-on').uncheck();
  await page().keyboard.press('Escape');
  await act(page(), 'keys').waitFor({ state: 'detached' });
  assert.equal(await clockMs(), inside, 'behind a dialog nothing is moved');
  await intoPlayer();
  await page().keyboard.press('l');
  await page().waitForTimeout(300);
  assert.equal(await clockMs(), inside, 'switched off, they do nothing');
  await act(page(), 'player-keys').click();
  await act(page(), 'keys-on').check();
  await act(page(), 'keys-confirm').click();
  await act(page(), 'keys').waitFor({ state: 'detached' });
  await act(page(), 'events-sort').focus();
  await page().keyboard.press('k');
  await page().waitForTimeout(300);
  await playing(false);
  await intoPlayer();
  await page().keyboard.press('?');
  await act(page(), 'keys').waitFor();
  await page().keyboard.press('Escape');
});

const sounds = () => page().evaluate(() => Object.fromEntries([...document.querySelectorAll('audio[data-track]')].map((one) => [one.dataset.track, one.muted ? 0 : one.volume])));
const untilSounds = async (wanted, what) => {
  try {
    await page().waitForFunction((pairs) => pairs.every(([track, volume]) => {
      const one = document.querySelector(`audio[data-track="${track}"]`);
      return (one.muted ? 0 : one.volume) === volume;
    }), Object.entries(wanted));
  } catch (error) { throw new Error(`${what}: ${JSON.stringify(await sounds())}, not ${JSON.stringify(wanted)}`, { cause: error }); }
};

step('the original, the interpretation or both; and the pictures and voices that are chosen, kept in the address', OPTIONS, async () => {
  await intoPlayer();
  // Into the middle of what was said after the phase began.
  await page().locator('.mark[data-kind="phase_began"]').last().click();
  await act(page(), 'player-play').click();
  await playing(false);
  const lane = (name) => page().locator('.tl-row[data-testid^="lane-"]', { hasText: name }).getAttribute('data-testid').then((id) => id.slice(5));
  const [lan, ha] = [await lane('Nông Thị Lan'), await lane('Lê Thu Hà')];
  const track = (seat) => `${seat.padStart(2, '0')}-microphone`;
  const others = (await page().locator('audio[data-track]').evaluateAll((all) => all.map((one) => one.dataset.track))).filter((one) => one !== track(lan));
  const all = (own, other) => ({ [track(lan)]: own, ...Object.fromEntries(others.map((one) => [one, other])) });
  await untilSounds(all(0, 1), 'the original by itself');
  await act(page(), 'voice-interpretation').click();
  await untilSounds(all(1, 0), 'the interpretation');
  await act(page(), 'voice-both').click();
  await untilSounds(all(1, 0.25), 'both');
  await untilQuery(/voice=both/);
  await act(page(), 'player-choose').click();
  await act(page(), `show-${ha.padStart(2, '0')}-camera1`).uncheck();
  await page().waitForFunction(() => document.querySelectorAll('video[data-track]').length === 2);
  await act(page(), `hear-${ha}`).uncheck();
  await untilSounds({ [track(ha)]: 0 }, 'who is not chosen');
  await untilQuery(new RegExp(`hide=${ha.padStart(2, '0')}-camera1.*mute=${ha}`));
  await page().reload();
  await act(page(), 'player-play').waitFor();
  await page().waitForFunction(() => document.querySelectorAll('video[data-track]').length === 2);
  await untilSounds({ [track(ha)]: 0, [track(lan)]: 1 }, 'as the address says');
  await page().locator('[data-testid="voice-both"][aria-pressed="true"]').waitFor();
  await act(page(), 'player-choose').click();
  await shot(clerk, 'player-chosen');
  await act(page(), 'choose-all').click();
  await page().waitForFunction(() => document.querySelectorAll('video[data-track]').length === 3);
  await untilShown();
  await act(page(), 'player-choose').click();
  await act(page(), 'voice-original').click();
});

step('how loud somebody was is drawn where the server tells it, and nothing is missed where it does not', OPTIONS, async () => {
  await page().route('**/levels/*', (route) => route.fulfill({ status: 404, json: { code: 'not_found' } }));
  await page().reload();
  await untilShown();
  assert.equal(await page().locator('canvas.wave').count(), 0);
  assert.ok(await page().locator('.said').count() > 0, 'who spoke, by the ledger');
  assert.equal(await page().getByRole('alert').count(), 0);
  await page().unroute('**/levels/*');
  const body = Buffer.from(Array.from({ length: 3000 }, (_, n) => (n < 20 ? 255 : Math.sin(n / 9) > 0 ? 25 + (n * 7) % 30 : 100)));
  await page().route('**/levels/*', (route) => route.fulfill({ contentType: 'application/octet-stream', body }));
  await page().reload();
  await untilShown();
  await page().waitForFunction(() => document.querySelectorAll('canvas.wave').length === 3);
  const inked = () => page().evaluate(() => [...document.querySelectorAll('canvas.wave')].map((canvas) => {
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    return { wide: canvas.width === Math.round(canvas.getBoundingClientRect().width * devicePixelRatio), ink: data.some((value) => value > 0) };
  }));
  assert.deepEqual(await inked(), Array(3).fill({ wide: true, ink: true }));
  await sized(page(), { width: 1000, height: 800 });
  await page().waitForFunction(() => [...document.querySelectorAll('canvas.wave')].every((canvas) => canvas.width === Math.round(canvas.getBoundingClientRect().width * devicePixelRatio)));
  assert.ok((await inked()).every(({ ink }) => ink), 'drawn anew in another window');
  await sized(page(), { width: 1440, height: 900 });
  await shot(clerk, 'player-levels', true);
  await page().unroute('**/levels/*');
});

step('a press on an event plays from it, and a line of the minutes leads to its moment', OPTIONS, async () => {
  const mark = page().locator('.mark[data-kind="exhibit_shown"]').first();
  const at = Number(await mark.getAttribute('data-ms'));
  await mark.click();
  await playing(true);
  await page().waitForFunction((ms) => { const now = Number(document.querySelector('[data-testid="player-clock"]').dataset.ms); return now >= ms - 1000 && now < ms + 20_000; }, at);
  await act(page(), 'player-play').click();
  await act(page(), 'to-minutes').click();
  const line = page().locator('li.minutes-line', { hasText: 'Bị cáo khai' });
  await line.waitFor();
  const clock = await line.locator('time').first().innerText();
  assert.deepEqual(await amiss(clerk, 'minutes with links'), []);
  await line.locator('.see-line').click();
  await act(page(), 'player-clock').waitFor();
  await page().waitForFunction((text) => document.querySelector('[data-testid="player-clock"]').textContent === text, clock);
  await untilQuery(new RegExp(`t=${clock}`));
});

step('a link by case and clock leads there, through the log-in, and back to the same moment', OPTIONS, async () => {
  await act(page(), 'copy-link').click();
  await page().waitForFunction(() => document.querySelector('[data-testid="copied"]').dataset.link !== undefined);
  const link = await act(page(), 'copied').getAttribute('data-link');
  const clock = await act(page(), 'player-clock').innerText();
  const { pathname } = new URL(link);
  assert.match(decodeURIComponent(pathname), new RegExp(`^/case/.+/${record}/${clock}$`));
  const stranger = await openChromium({ size: { width: 1440, height: 900 } });
  await stranger.page.goto(link);
  await stranger.page.waitForURL('**/login?next=*');
  await act(stranger.page, 'login-user').fill('clerk');
  await act(stranger.page, 'login-password').fill(court.password.clerk);
  await act(stranger.page, 'login-submit').click();
  await stranger.page.waitForURL((url) => url.pathname === `/records/${record}`);
  await stranger.page.waitForFunction((text) => document.querySelector('[data-testid="player-clock"]')?.textContent === text, clock);
  const number = decodeURIComponent(pathname.split('/')[2]);
  for (const hearing of [record.slice(0, 36), record.slice(0, 8), '1']) {
    await stranger.page.goto(`${court.origin}/case/${encodeURIComponent(number)}/${hearing}/${clock}`);
    await stranger.page.waitForURL((url) => url.pathname === `/records/${record}`);
  }
  // Six hours on: a hearing of a minute has no such time, whenever it was held.
  const elsewhere = `${String((Number(clock.slice(0, 2)) + 6) % 24).padStart(2, '0')}${clock.slice(2)}`;
  await stranger.page.goto(`${court.origin}/case/${encodeURIComponent(number)}/1/${elsewhere}`);
  await act(stranger.page, 'missed-clock').waitFor();
  await stranger.page.goto(`${court.origin}/case/${encodeURIComponent('1/1999/X')}/1/${clock}`);
  await act(stranger.page, 'no-case').getByText('Không có bản ghi theo liên kết này').waitFor();
  assert.deepEqual(await amiss(stranger, 'no such case'), []);
  await shot(stranger, 'case-unknown');
  await act(stranger.page, 'language').first().click();
  await act(stranger.page, 'no-case').getByText('There is no record for this link').waitFor();
  await stranger.page.goto(`${court.origin}/case/${encodeURIComponent(number)}/1/noon`);
  await act(stranger.page, 'no-clock').waitFor();
  await stranger.close();
});

step('every viewing is in the access log', OPTIONS, async () => {
  const viewings = await page().evaluate(async (id) => (await (await fetch(`/api/v1/records/${id}/access-log`)).json()).viewings, record);
  for (const opened of ['record_opened', 'record_played']) assert.ok(viewings.some(({ who, act: what }) => what === opened && who === 'clerk'), JSON.stringify(viewings));
});
