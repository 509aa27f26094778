// Behind a firewall that stops UDP: media go over TCP, to UDP when it is let through, and back again, in the same seat.
//
// Times are figures; what is asserted is generous, since the machine that runs this runs the server and two browsers.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { keepConnections, readRoads } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { timeEntering } from './lib/entering.mjs';
import { figure } from './lib/figure.mjs';
import { act, enterByCode, timed } from './lib/people.mjs';
import { BEYOND, Wall, noWalls } from './lib/walled.mjs';

const CEILING = 120_000;
/** The promise is 8 s on a machine of its own. */
const JOINED_WITHIN = 30_000;
const skip = noWalls();
const wall = skip ? null : new Wall();
const court = skip ? null : courtForTests({ ASSIZE__MEDIA__ANNOUNCE: `["${BEYOND}"]` });
const origin = `https://${BEYOND}:8443`;
let judge, counsel;

before(async () => {
  if (skip) return;
  wall.drop('ipproto udp');
  await court.ready;
  judge = await openBench(court, {});
});
after(async () => {
  await counsel?.context.browser().close().catch(() => {});
  wall?.remove();
});

/** Waits until every transport of the page goes this way. */
async function untilRoads(page, road) {
  const end = Date.now() + CEILING;
  let roads;
  do {
    roads = await page.evaluate(readRoads);
    if (roads.length >= 2 && roads.every((each) => each === road)) return;
    await new Promise((done) => setTimeout(done, 250));
  } while (Date.now() < end);
  assert.fail(`not all over ${road}: ${roads}`);
}

/** In the page: whether every pair over UDP has been given up. */
async function triesNoUdp() {
  for (const connection of globalThis.__connections.filter((c) => c.connectionState !== 'closed')) {
    const stats = await connection.getStats();
    const pairs = [...stats.values()].filter((entry) => entry.type === 'candidate-pair' && stats.get(entry.localCandidateId)?.protocol === 'udp');
    if (pairs.some(({ state }) => state !== 'failed')) return false;
  }
  return true;
}

const sees = (id) => (seen) => Object.values(seen).some((t) => t.kind === 'video' && t.frames > 0 && t.id === id);
/** Each decodes the other's picture. */
const bothSee = (what) => Promise.all([
  untilTracks(counsel.page, sees(1), `counsel sees the judge, ${what}`, CEILING),
  untilTracks(judge.page, sees(3), `the judge sees counsel, ${what}`, CEILING),
]);

test('where UDP is stopped one joins over TCP, sees and is seen', { skip, timeout: 300_000 }, async () => {
  counsel = await openChromium({ id: 3, scripts: [keepConnections, timeEntering], executable: wall.executable });
  await enterByCode(counsel.page, origin, court.code.counsel);
  await judge.page.locator('[data-testid^="act-admit-"]').first().click({ timeout: CEILING });
  await bothSee('over TCP');
  await untilRoads(counsel.page, 'tcp');
  // The seat is kept: what is measured begins at the device check.
  await counsel.page.goto(`${origin}/check`);
  await act(counsel.page, 'enter').click();
  await counsel.page.waitForFunction(() => globalThis.__entered, null, { timeout: CEILING });
  const { ms, track } = await counsel.page.evaluate(() => globalThis.__entered);
  figure('joined by TCP in', `${ms} ms (8000 promised)`);
  assert.ok(track.startsWith('01-'), `the judge's picture, not ${track}`);
  assert.ok(ms < JOINED_WITHIN, `${ms} ms`);
  await bothSee('after coming back');
  await untilRoads(counsel.page, 'tcp');
});

test('when UDP is let through and the network changes it is found, and when it is stopped again TCP is', { skip, timeout: 400_000 }, async () => {
  const transports = () => counsel.page.evaluate(() => globalThis.__connections.length);
  const made = await transports();
  // As long as the browser itself still tries its first pairs, nothing else has to look.
  const end = Date.now() + CEILING;
  while (!(await counsel.page.evaluate(triesNoUdp))) {
    assert.ok(Date.now() < end, 'the browser does not give UDP up');
    await new Promise((done) => setTimeout(done, 500));
  }
  wall.open();
  // As the browser says it when a cable is moved. Without a word it is looked for each minute, which a test need not wait for.
  const { ms: toUdp } = await timed(async () => {
    await counsel.page.evaluate(() => dispatchEvent(new Event('online')));
    await untilRoads(counsel.page, 'udp');
  });
  figure('from TCP to UDP, after the network was said to have changed, in', `${toUdp} ms`);
  await bothSee('over UDP');
  assert.equal(await transports(), made, 'the same transports: nothing was begun anew');
  wall.drop('ipproto udp');
  const { ms: toTcp } = await timed(() => untilRoads(counsel.page, 'tcp'));
  figure('from UDP back to TCP in', `${toTcp} ms`);
  await bothSee('over TCP again');
  figure('transports made anew on the way back', (await transports()) - made);
});
