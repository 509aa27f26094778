// The room's line breaks in session: it is told what it missed, asks to see it, and sees it from the record once the judge allows it.
import assert from 'node:assert/strict';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { amiss, found, press, shot } from './lib/looks.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 240_000 };
const court = courtForTests();
let judge, point;

const paths = (page) => page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.includes('/missed/media/')));

step('in session with a room whose line breaks for a while', OPTIONS, async () => {
  [judge, point] = await Promise.all([openBench(court), openChromium({ id: 2, size: { width: 1920, height: 1080 } })]);
  await point.page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  const admit = judge.page.locator('[data-testid^="act-admit-"]').first();
  await admit.click();
  await openSession(judge.page);
  await untilState(point.page, 'in_session');
  await untilTracks(point.page, (seen) => seen['01-camera1']?.frames > 0, 'the room sees the judge');
  // Long enough that what was missed begins within the files: neither their first pictures nor their first sound belong to it.
  await new Promise((done) => setTimeout(done, 16_000));
  await point.context.setOffline(true);
  await act(point.page, 'reconnecting').waitFor({ timeout: 60_000 });
  await new Promise((done) => setTimeout(done, 8_000));
  await point.context.setOffline(false);
  await act(point.page, 'reconnecting').waitFor({ state: 'detached', timeout: 60_000 });
});

step('the room asks by one press, and the judge allows it', OPTIONS, async () => {
  const ask = act(point.page, 'say-see_missed');
  await ask.waitFor();
  await shot(point, 'point-missed', true);
  assert.deepEqual(await amiss(point, 'point, missed'), []);
  await press(ask);
  const answer = judge.page.locator('section[data-kind="see_missed"] [data-testid^="answer-granted-"]');
  await answer.waitFor();
  await shot(judge, 'bench-missed', true);
  assert.deepEqual(await amiss(judge, 'bench, asked to show what was missed'), []);
  await press(answer);
});

step('it sees and hears what was missed out of the record, and nothing else', OPTIONS, async () => {
  const { page } = point;
  await press(act(page, 'replay-open'));
  await press(act(page, 'replay-play'));
  const picture = page.locator('[data-testid="replay"] video[data-track="01-camera1"]');
  await picture.waitFor();
  await page.waitForFunction(() => {
    const video = document.querySelector('[data-testid="replay"] video[data-track="01-camera1"]');
    return !video.paused && video.videoWidth > 0 && video.getVideoPlaybackQuality().totalVideoFrames > 10;
  });
  // A tone plays on in the element only if packets of the span are in its buffer.
  await page.waitForFunction(() => {
    const audio = document.querySelector('[data-testid="replay"] audio[data-track="01-microphone"]');
    return !audio.paused && !audio.muted && audio.buffered.length > 0 && audio.currentTime >= audio.buffered.start(0) + 0.5;
  });
  // The courtroom is silent meanwhile, and heard again afterwards.
  const silent = (muted) => page.waitForFunction((quiet) => [...document.querySelectorAll('audio')].filter((audio) => audio.srcObject !== null).every((audio) => audio.muted === quiet), muted);
  await silent(true);
  await shot(point, 'point-replay', true);
  assert.deepEqual(await found(point, 'point, replay'), []);
  const files = await paths(page);
  const [file, sound] = ['01-camera1', '01-microphone'].map((track) => files.find((name) => name.includes(track)));
  const asked = (range, of = file) => page.evaluate(async ([url, bytes]) => {
    const key = JSON.parse(Object.values(sessionStorage).concat(Object.values(localStorage)).find((value) => value.includes('"token"')) ?? '{}').token;
    return (await fetch(url, { headers: { Authorization: `Bearer ${key}`, ...(bytes && { Range: bytes }) } })).status;
  }, [of, range]);
  assert.equal(await asked('bytes=0-1023'), 206, 'what a decoder begins with');
  assert.equal(await asked(null), 404, 'the whole file');
  assert.equal(await asked('bytes=0-4096', sound), 404, 'what was said before');
  assert.equal(await asked('bytes=0-99999999'), 404, 'up to what is said now');
  await press(act(page, 'replay-shut'));
  await silent(false);
});
