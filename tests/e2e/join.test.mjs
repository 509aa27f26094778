// How fast one is in: from pressing *enter* to the first picture of another, and how fast what one sends becomes good.
//
// The times of joins are figures, not limits: the machine that runs this runs the server and both browsers as well. The
// ramp is asserted: without feedback a publisher stays at its first 0.3 Mb/s.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { CEILING, openChromium } from './lib/browser.mjs';
import { keepConnections } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { timeEntering } from './lib/entering.mjs';
import { noiseCamera } from './lib/noise.mjs';
import { figure } from './lib/figure.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';

const JOINS = Number(process.env.ASSIZE_JOINS ?? 20), STARTS = Number(process.env.ASSIZE_STARTS ?? 20);
/** Starts of which 2 Mb/s are expected: 16 of 20. */
const ENOUGH = Math.ceil(0.8 * STARTS);
const court = courtForTests(), { server } = court;
let judge, prosecutor;
const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1];

/**
 * In the page: what the camera's transport sent and was allowed, each 50 ms from its first packet on, until the picture has
 * had `enough` Mb/s over half a second, or for `millis`.
 */
async function watchRamp({ millis, enough }) {
  const camera = () => globalThis.__connections.find((c) => c.connectionState !== 'closed' && c.getSenders().some((s) => s.track?.kind === 'video'));
  const samples = [];
  let began = null;
  for (;;) {
    await new Promise((done) => setTimeout(done, began === null ? 10 : 50));
    const connection = camera();
    if (!connection) continue;
    const now = { media: 0, sent: 0, packets: 0, layers: [] };
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type === 'outbound-rtp' && entry.kind === 'video') {
        now.media += entry.bytesSent;
        now.sent += entry.bytesSent + entry.headerBytesSent; // with headers and probes' padding
        now.packets += entry.packetsSent;
        now.layers.push(`${entry.rid} ${entry.frameWidth ?? 0} ${entry.framesPerSecond ?? 0}/s ${entry.qualityLimitationReason}`);
      }
      if (entry.type === 'candidate-pair' && entry.nominated) now.allowed = entry.availableOutgoingBitrate;
    }
    if (now.packets === 0) continue;
    began ??= performance.now();
    const at = performance.now() - began;
    samples.push({ at, ...now });
    const from = samples.findLast((sample) => sample.at <= at - 500) ?? samples[0];
    if (at > millis || (at >= 500 && (now.media - from.media) / (at - from.at) / 125 >= enough)) return samples;
  }
}

/** The most that `samples` say of `of` within 2 s, as far as they go: Mb/s over half a second. An encoder's output comes in waves. */
function reached(samples, of) {
  const rates = samples.filter(({ at }) => at >= 500 && at <= 2000).map((until) => {
    const from = samples.findLast(({ at }) => at <= until.at - 500) ?? samples[0];
    return (until[of] - from[of]) / (until.at - from.at) / 125;
  });
  return Math.max(...rates);
}
const estimate = (samples) => (samples.findLast(({ at }) => at <= 2000).allowed ?? 0) / 1e6;

before(async () => { judge = await openBench(court, { alone: true }); });

/** Leaves, and waits until the judge's screen says so. */
async function leave(page, seat) {
  await page.goto('about:blank');
  await judge.page.waitForFunction((n) => document.querySelector(`[data-testid="seat-${n}"]`)?.dataset.connected !== 'true', seat, { timeout: CEILING });
}

async function admitted() {
  const admit = judge.page.locator('[data-testid^="act-admit-"]').first();
  await admit.waitFor({ timeout: CEILING });
  const seat = Number((await admit.getAttribute('data-testid')).split('-').at(-1));
  await admit.click();
  return seat;
}

test(`from pressing enter to the first picture, ${JOINS} times`, { timeout: 900_000 }, async () => {
  const counsel = await openChromium({ id: 3, alone: true, scripts: [timeEntering] });
  await enterByCode(counsel.page, server.origin, court.code.counsel);
  const seat = await admitted();
  await openSession(judge.page);
  await untilState(counsel.page, 'in_session', CEILING);
  const spans = [];
  for (let n = 0; n < JOINS; n++) {
    await leave(counsel.page, seat);
    // The seat is kept: what is measured begins at the device check.
    await counsel.page.goto(`${server.origin}/check`);
    await act(counsel.page, 'enter').click();
    await counsel.page.waitForFunction(() => globalThis.__entered, null, { timeout: CEILING });
    const { ms, track } = await counsel.page.evaluate(() => globalThis.__entered);
    assert.ok(track.startsWith('01-'), `the judge's picture, not ${track}`);
    assert.ok(ms > 0, `${ms} ms`);
    spans.push(ms);
  }
  figure('joins', `${spans.join(' ')} ms`);
  figure('join median', `${percentile(spans, 0.5)} ms`);
  figure('join p95', `${percentile(spans, 0.95)} ms`);
  await counsel.close();
});

/** Starts a publisher anew, again and again: Mb/s reached within 2 s of the picture alone, of all that is sent, and as the estimate allows. */
async function ramp() {
  const sender = await openChromium({ alone: true, scripts: [keepConnections, noiseCamera] });
  await enterByCode(sender.page, server.origin, court.code.prosecutor);
  const seat = prosecutor ??= await admitted();
  await untilState(sender.page, 'in_session', CEILING);
  const media = [], sent = [], allowed = [], spans = [];
  let last;
  for (let n = 0; n < STARTS; n++) {
    await leave(sender.page, seat);
    // Back in its kept seat, with transports of its own again.
    await sender.page.goto(`${server.origin}/party`);
    last = await sender.page.evaluate(watchRamp, { millis: 2000, enough: 2 });
    spans.push(Math.round(last.at(-1).at));
    media.push(reached(last, 'media'));
    sent.push(reached(last, 'sent'));
    allowed.push(estimate(last));
  }
  await leave(sender.page, seat);
  await sender.close();
  const good = (list) => list.filter((mbps) => mbps >= 2).length;
  for (const [what, list] of Object.entries({ 'of picture': media, 'with headers and padding': sent, 'allowed by the estimate': allowed })) {
    figure(`ramp within 2 s, ${what} (${ENOUGH} expected)`, `${good(list)} of ${STARTS} reached 2 Mb/s: ${list.map((mbps) => mbps.toFixed(2)).join(' ')}`);
  }
  figure('ramp, watched until 2 Mb/s of picture or 2 s', `${spans.join(' ')} ms`);
  figure('ramp, layers at the last', last.at(-1).layers.sort().join(', '));
  return good(media);
}

test(`a publisher's bitrate ramps: 2 Mb/s of picture within 2 s of its first packet, ${STARTS} starts`, { timeout: 900_000 }, async () => {
  const good = await ramp();
  assert.ok(good >= ENOUGH, `the picture reached 2 Mb/s in ${good} of ${STARTS} starts`);
});
