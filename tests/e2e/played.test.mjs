// A recording as evidence: handed in, listened to, admitted, played to one chosen point in picture and sound, and to nobody
// else; in the record as tracks and as acts.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CEILING, openChromium } from './lib/browser.mjs';
import { clip } from './lib/clip.mjs';
import { readTracks } from './lib/content.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { ledger, untilSealed } from './lib/ledger.mjs';
import { amiss, press, shot } from './lib/looks.mjs';
import { act, admitAll, enterByCode, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
/** Of the recordings: on a slow machine, too, the first plays on until it is paused; the one of sound alone is played to its end, and heard before. */
const ID = 9, TONE = 1400, SECONDS = 120, SOUND_SECONDS = 15;
let judge, clerk, counsel, point;
const file = (name, buffer, mimeType) => ({ name, mimeType, buffer });
const top = ({ page }) => page.evaluate(() => { for (const rail of document.querySelectorAll('.rail-top')) rail.scrollTop = 0; });

/** What of the recording the page decodes now: `{ picture, sound }`, as far as it has them. */
async function played(page) {
  const all = Object.entries(await page.evaluate(readTracks, { tones: { [ID]: TONE }, millis: 1000 }));
  const of = (device) => all.find(([track]) => track.endsWith(`-${device}`))?.[1];
  return { picture: of('played'), sound: of('played_sound') };
}

/** Polls; the ceiling is against hanging, not a figure. */
async function untilPlayed(page, predicate, what) {
  let last;
  for (const end = Date.now() + CEILING; Date.now() < end;) {
    last = await played(page);
    if (predicate(last)) return last;
  }
  throw new Error(`${what}: last seen ${JSON.stringify(last)}`);
}

const runs = ({ picture, sound }) => picture?.id === ID && picture.frames > 3 && sound?.id === ID;
const stands = ({ picture, sound }) => picture?.id === ID && picture.frames === 0 && sound?.id === null;
const state = (page, playing) => page.locator(`[data-testid="exhibit-progress"][data-playing="${playing}"]`).waitFor();

step('everybody is in the courtroom', { timeout: 240_000 }, async () => {
  clerk = await openStaff(court, 'clerk', { size: { width: 1366, height: 768 } });
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  [judge, counsel, point] = await Promise.all([
    openBench(court), openChromium({ id: 3, size: { width: 1366, height: 768 } }), openChromium({ id: 2, size: { width: 1920, height: 1080 } }),
  ]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await admitAll(judge.page, 2);
  await openSession(judge.page);
  await Promise.all([judge, clerk, counsel, point].map(({ page }) => untilState(page, 'in_session')));
});

step('what only calls itself a recording is refused; a recording is taken, listened to and admitted', { timeout: 240_000 }, async () => {
  const whole = clip({ kind: 'webm', id: ID, tone: TONE, seconds: SECONDS });
  const input = act(clerk.page, 'hand-in-file');
  const box = Buffer.concat([Buffer.from([0, 0, 0, 16]), Buffer.from('ftypisom\0\0\0\0', 'latin1')]);
  const refused = [
    [file('a.mp4', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="globalThis.ran=1"/>'), 'video/mp4'), /trang web hoặc hình SVG/],
    [file('b.mp4', Buffer.concat([box, Buffer.from('PK\x03\x04\x14\0\0\0word/document.xml')]), 'video/mp4'), /không đầy đủ hoặc đã hỏng/],
    [file('c.webm', whole.subarray(0, whole.length - 100), 'video/webm'), /không đầy đủ hoặc đã hỏng/],
    [file('d.webm', Buffer.concat([whole, Buffer.from('PK\x03\x04')]), 'video/webm'), /Sau phần kết thúc/],
  ];
  for (const [what, why] of refused) {
    await input.setInputFiles(what);
    await act(clerk.page, 'not-taken').filter({ hasText: why }).waitFor();
  }
  await input.setInputFiles(file('Camera thân.webm', whole, 'video/webm'));
  await act(clerk.page, 'handed-in').waitFor();
  await input.setInputFiles(file('Ghi âm điện thoại.wav', clip({ kind: 'wav', tone: TONE, seconds: SOUND_SECONDS, picture: false }), 'audio/wav'));
  await act(clerk.page, 'exhibit-2').waitFor();
  assert.match(await act(clerk.page, 'exhibit-played-1').innerText(), /Bản ghi dài 2:00/);
  await press(act(clerk.page, 'exhibit-look-1'));
  await clerk.page.waitForFunction(() => document.querySelector('[data-testid="exhibit-listen"]')?.duration > 30);
  await shot(clerk, 'desk-recording-preview');
  await press(act(clerk.page, 'exhibit-preview-close'));
  assert.equal(await act(point.page, 'exhibit-stage').count(), 0, 'looking shows it to nobody');
  for (const id of [1, 2]) await press(act(clerk.page, `exhibit-submit-${id}`));
  for (const id of [1, 2]) await press(act(judge.page, `exhibit-admit-${id}`));
  await act(clerk.page, 'exhibit-choose-1').waitFor();
});

step('played to one point: it sees and hears it, the court too, and nobody else', { timeout: 240_000 }, async () => {
  await press(act(clerk.page, 'exhibit-choose-1'));
  await clerk.page.locator('[data-testid="exhibit-choose"] label').filter({ hasText: 'Trại tạm giam' }).locator('input').check();
  await press(act(clerk.page, 'exhibit-choose-confirm'));
  await clerk.page.locator('[data-testid="exhibit-source"][data-open="true"]').waitFor();
  await untilPlayed(point.page, stands, 'the first picture stands before it is played');
  await press(act(clerk.page, 'exhibit-play'));
  await state(point.page, true);
  await untilPlayed(point.page, runs, 'the point sees and hears it');
  await untilPlayed(judge.page, runs, 'the court too');
  assert.equal(await act(counsel.page, 'exhibit-stage').count(), 0, 'not chosen');
  assert.deepEqual(await played(counsel.page), { picture: undefined, sound: undefined });
  assert.equal(await act(point.page, 'exhibit-controls').count(), 0, 'who only looks controls nothing');
  await shot(point, 'point-recording');
  await Promise.all([judge, clerk].map(top));
  await shot(clerk, 'desk-recording', true);
  await shot(judge, 'bench-recording');
  assert.deepEqual([...await amiss(point, 'point, recording'), ...await amiss(judge, 'bench, recording'), ...await amiss(clerk, 'desk, recording')], []);
});

step('a mute of who plays it does not stop it; a pause does, for everybody', { timeout: 240_000 }, async () => {
  const clerks = await clerk.page.evaluate(() => document.querySelector('[data-testid^="tile-"][data-track$="-played"]')?.dataset.track ?? null);
  assert.equal(clerks, null, 'nobody gets their own recording back');
  await press(act(judge.page, 'act-mutelock-all'));
  await judge.page.locator('[data-testid="act-mutelock-all"][aria-pressed="true"]').waitFor();
  await untilPlayed(point.page, runs, 'muted, and it plays');
  await press(act(judge.page, 'exhibit-play'));
  for (const { page } of [point, clerk]) await state(page, false);
  await untilPlayed(point.page, stands, 'paused');
  const slider = act(clerk.page, 'exhibit-seek');
  await slider.focus();
  await slider.press('Home');
  await clerk.page.waitForFunction(() => /^0:00/.test(document.querySelector('[data-testid="exhibit-progress"] .num')?.textContent ?? ''));
  await press(act(clerk.page, 'exhibit-play'));
  await untilPlayed(point.page, runs, 'from the beginning');
  await clerk.page.setViewportSize({ width: 360, height: 740 });
  await act(clerk.page, 'exhibit-stage').scrollIntoViewIfNeeded();
  await shot(clerk, 'desk-recording-narrow');
  assert.deepEqual(await amiss(clerk, 'desk, recording, narrow'), []);
  await clerk.page.setViewportSize({ width: 1366, height: 768 });
  await press(act(clerk.page, 'exhibit-stop'));
  for (const { page } of [judge, clerk, point]) await act(page, 'exhibit-stage').waitFor({ state: 'detached' });
  await untilPlayed(point.page, ({ picture, sound }) => !picture && (!sound || sound.id === null), 'nothing is played any more');
  await act(clerk.page, 'exhibit-played-1').filter({ hasText: /đã phát 0:00–\d:\d\d, 0:00–\d:\d\d/ }).waitFor();
});

step('a recording of sound is a plain card; after the closing the record has the tracks and the acts, and is intact', { timeout: 240_000 }, async () => {
  await press(act(judge.page, 'exhibit-show-2'));
  await judge.page.locator('[data-testid="exhibit-source"][data-open="true"]').waitFor();
  await press(act(judge.page, 'exhibit-play'));
  await act(counsel.page, 'exhibit-sound-only').waitFor();
  await untilPlayed(counsel.page, ({ sound }) => sound?.id === ID, 'counsel hears it');
  await shot(counsel, 'party-recording-sound');
  assert.deepEqual(await amiss(counsel, 'party, recording of sound'), []);
  // It ends by itself, and the record says so.
  await state(counsel.page, false);
  await press(act(judge.page, 'act-close'));
  await press(act(judge.page, 'act-close-confirm'));
  await untilState(judge.page, 'closed');
  const year = path.join(server.recordings, readdirSync(server.recordings).find((name) => /^\d{4}$/.test(name)));
  const sitting = path.join(year, court.hearing, '01');
  await untilSealed(sitting);
  const events = ledger(sitting);
  const acts = events.filter(({ kind }) => kind === 'exhibit_played').map(({ data }) => [data.exhibit, data.playing]);
  assert.deepEqual(acts, [[1, true], [1, false], [1, false], [1, true], [2, true], [2, false]]);
  const last = events.filter(({ kind }) => kind === 'exhibit_played').at(-1).data.at_ms;
  assert.ok(last > 1000 * SOUND_SECONDS - 1000 && last <= 1000 * SOUND_SECONDS + 100, `it ran to its end: ${last}`);
  const tracks = readdirSync(path.join(sitting, 'data/tracks'));
  for (const device of ['played', 'played_sound']) assert.ok(tracks.some((name) => name.endsWith(`-${device}`)), `${device} in ${tracks}`);
  const { code, stdout } = await server.cli('verify', sitting, '--json');
  // 2: the same with stated gaps, of pictures that a busy machine did not send.
  assert.ok(code === 0 || code === 2, stdout);
  assert.deepEqual(JSON.parse(stdout).findings, [], stdout);
});
