// Firefox beside Chromium: counsel in Firefox, the judge in Chromium, each sends and receives.
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { keepConnections, readStats } from './lib/connections.mjs';
import { untilTracks } from './lib/browser.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { openFirefox } from './lib/firefox.mjs';
import { figure } from './lib/figure.mjs';
import { openSession, untilState } from './lib/people.mjs';

const CEILING = 120_000;
const counselId = 4;
const court = courtForTests(), { server } = court;
let judge, counsel;
const named = (name) => `[data-testid="${name}"]`;

after(() => counsel?.browser.close().catch(() => {}));

/** What arrived and was decoded between two looks. */
async function received(page, millis) {
  const first = await page.evaluate(readStats);
  await new Promise((done) => setTimeout(done, millis));
  const second = await page.evaluate(readStats);
  return { frames: second.in.video.frames - first.in.video.frames, video: second.in.video.bytes - first.in.video.bytes, audio: second.in.audio.bytes - first.in.audio.bytes };
}

test('counsel enters by code in Firefox, through the device check, and is admitted', { timeout: 300_000 }, async () => {
  [judge, counsel] = await Promise.all([openBench(court, { scripts: [keepConnections] }), openFirefox({ id: counselId })]);
  const { page } = counsel;
  await page.goto(`${server.origin}/enter`);
  await page.waitForSelector(named('code-input'), { timeout: CEILING });
  await page.type(named('code-input'), court.code.counsel);
  await page.click(named('code-submit'));
  // The picture must be the camera's own before the person goes on.
  await page.waitForFunction(() => document.querySelector('[data-testid="check-camera"]')?.dataset.tone === 'ok', { timeout: CEILING });
  await page.waitForFunction(() => document.querySelector('[data-testid="enter"]')?.disabled === false, { timeout: CEILING });
  await page.click(named('enter'));
  await page.waitForSelector(named('waiting-room'), { timeout: CEILING });

  await judge.page.locator('[data-testid^="act-admit-"]').first().click({ timeout: CEILING });
  await openSession(judge.page);
  await untilState(judge.page, 'in_session', CEILING);
  await page.waitForFunction(() => document.querySelector('[data-testid="state-line"]')?.dataset.state === 'in_session', { timeout: CEILING });
});

test('the judge decodes the moving picture from Firefox and hears its own tone', { timeout: 300_000 }, async () => {
  const from = (kind) => (seen) => Object.values(seen).some((t) => t.kind === kind && t.id === counselId && (kind === 'audio' || t.frames > 0));
  const seen = await untilTracks(judge.page, (s) => from('video')(s) && from('audio')(s), 'counsel in Firefox is seen and heard', CEILING);
  figure('from Firefox', JSON.stringify(Object.values(seen).filter((t) => t.id === counselId)));
});

test('Firefox receives the judge: frames are decoded and sound arrives', { timeout: 300_000 }, async () => {
  const end = Date.now() + CEILING;
  let last;
  do last = await received(counsel.page, 2000); while ((last.frames <= 0 || last.audio <= 0) && Date.now() < end);
  figure('into Firefox in 2 s', JSON.stringify(last));
  assert.ok(last.frames > 0 && last.video > 0, `pictures are decoded: ${JSON.stringify(last)}`);
  assert.ok(last.audio > 0, `sound arrives: ${JSON.stringify(last)}`);
  // The picture is the judge's: the known content is read back from the page itself.
  const look = () => counsel.page.evaluate(async () => {
    const video = document.querySelector('video[data-track]:not([data-local])');
    const canvas = document.createElement('canvas');
    canvas.width = 160; canvas.height = 90;
    const g = canvas.getContext('2d', { willReadFrequently: true });
    const read = () => {
      g.drawImage(video, 0, 0, 160, 90);
      const line = g.getImageData(0, 5, 160, 1).data;
      let bits = 0;
      for (let b = 0; b < 16; b++) bits = (bits << 1) | (line[(b * 10 + 5) * 4] > 128 ? 1 : 0);
      return { id: bits >> 12, frame: bits & 0xfff };
    };
    const first = read();
    await new Promise((done) => setTimeout(done, 1500));
    const second = read();
    const audio = document.querySelector('audio[data-track]');
    return { id: second.id, frames: (second.frame - first.frame) & 0xfff, width: video.videoWidth, paused: audio?.paused };
  });
  let shown;
  const given = Date.now() + CEILING;
  do shown = await look(); while (!(shown.id === 1 && shown.frames > 0 && shown.paused === false) && Date.now() < given);
  figure('read back in Firefox', JSON.stringify(shown));
  assert.equal(shown.id, 1);
  assert.ok(shown.frames > 0);
  assert.equal(shown.paused, false);
});
