// Real Chromium on bad lines: one party of three behind `assize-load link`, through the conditions of docs/lines.md one after
// the other. Not a test: it prints figures, and takes eight minutes of a machine that does nothing else. `make lines`.
import { mkdirSync } from 'node:fs';
import { loadavg } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { NEAR, startLine } from './lib/badline.mjs';
import { openChromium } from './lib/browser.mjs';
import { keepConnections } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';

/** Seconds from when the line is up: everybody is in by then. */
const BEGIN = 45;
/** What the line is, for how many seconds, and how many of them are not looked at. `ASSIZE_ONLY=outages`: none of it. */
const PHASES = process.env.ASSIZE_ONLY === 'outages' ? [] : [
  ['nothing wrong, 40 ms RTT', 'loss=0', 15, 3],
  ['5 % random loss', 'loss=5', 25, 3],
  ['20 % random loss', 'loss=20', 25, 3],
  ['3 Mb/s', 'loss=0,rate=3M', 12, 3],
  ['500 kb/s', 'rate=500k', 25, 3],
  ['3 Mb/s again', 'rate=3M', 20, 8],
  ['300 kb/s', 'rate=300k', 30, 5],
  ['wide again, 300 ms RTT, 50 ms jitter', 'rate=100M,delay=150ms,jitter=50ms', 25, 8],
];
const OPERATOR = '127.0.0.1:9464';
const OUTAGES = (process.env.ASSIZE_OUTAGES ?? '5,25,84').split(',').filter(Boolean).map(Number);

function schedule() {
  const plan = [];
  let at = BEGIN;
  for (const [, change, seconds] of PHASES) { plan.push([at, change]); at += seconds; }
  plan.push([at, 'delay=20ms,jitter=0']);
  const outages = [];
  for (const seconds of OUTAGES) {
    at += 10;
    plan.push([at, 'down'], [at + seconds, 'up']);
    outages.push([at, at + seconds]);
    at += seconds + 16;
  }
  return { plan, outages };
}

/** In the page: what it received so far. */
async function received() {
  const sum = { samples: 0, concealed: 0, frames: 0, freezes: 0, frozen: 0, height: 0, still: document.querySelectorAll('.picture-still').length, states: [] };
  for (const connection of globalThis.__connections) {
    if (connection.connectionState === 'closed') continue;
    sum.states.push(connection.connectionState);
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type !== 'inbound-rtp') continue;
      if (entry.kind === 'audio') {
        sum.samples += entry.totalSamplesReceived ?? 0;
        sum.concealed += (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
      } else {
        sum.frames += entry.framesDecoded ?? 0;
        sum.freezes += entry.freezeCount ?? 0;
        sum.frozen += entry.totalFreezesDuration ?? 0;
        sum.height = Math.max(sum.height, entry.frameHeight ?? 0);
      }
    }
  }
  return sum;
}

/** In the page: pictures decoded and packets of sound received since it was last asked, on whatever transports there are now. */
async function fresh() {
  const before = globalThis.__decoded ?? new Map(), now = new Map();
  const come = { video: 0, audio: 0 };
  for (const [at, connection] of globalThis.__connections.entries()) {
    if (connection.connectionState === 'closed') continue;
    for (const entry of (await connection.getStats()).values()) {
      if (entry.type !== 'inbound-rtp') continue;
      const key = `${at} ${entry.ssrc}`, count = (entry.kind === 'video' ? entry.framesDecoded : entry.packetsReceived) ?? 0;
      now.set(key, count);
      come[entry.kind] += count - (before.get(key) ?? 0);
    }
  }
  globalThis.__decoded = now;
  return { frames: come.video, sound: come.audio, transports: globalThis.__connections.length };
}

/**
 * When this page has pictures again, ms after `back`: the fifth; then, for ten seconds, the longest time without one, ms, and how
 * many packets of sound came a second.
 */
async function again(page, back) {
  const { transports } = await page.evaluate(fresh);
  let seen = 0, first = null, last = null, gap = 0, sound = 0, now;
  while (Date.now() < back + 60_000 && (first === null || Date.now() < back + first + 10_000)) {
    await page.waitForTimeout(50);
    now = await page.evaluate(fresh);
    seen += now.frames;
    if (first === null) { if (seen >= 5) { first = Date.now() - back; last = Date.now(); } continue; }
    sound += now.sound;
    gap = Math.max(gap, Date.now() - last);
    if (now.frames > 0) last = Date.now();
  }
  return { first, gap, sound: Math.round(sound / 10), anew: now.transports - transports };
}

/** Everybody as the judge sees them, each tile once, and what the server counts: what is left of a former link would show. */
async function roster(judge) {
  const seats = await judge.evaluate(() => [...document.querySelectorAll('section[data-testid^="seat-"]')]
    .map((tile) => `${tile.dataset.testid} ${tile.getAttribute('aria-label')} ${tile.dataset.room} ${tile.dataset.place} ${tile.querySelectorAll('[data-testid^="tile-"]').length} picture`).sort());
  const counted = (await (await fetch(`http://${OPERATOR}/metrics`)).text()).match(/^assize_(connections|tracks|legs)(\{.*\})? .*$/gm) ?? [];
  return [...seats, ...counted.sort()].join('; ');
}

const court = courtForTests({ ASSIZE__MEDIA__ANNOUNCE: `["${NEAR}"]`, ASSIZE__OPERATOR__LISTEN: OPERATOR });

test('bad lines', { timeout: 900_000 }, async () => {
  const { plan, outages } = schedule();
  await court.ready;
  const judge = await openBench(court, { scripts: [keepConnections], alone: true });
  const line = await startLine(plan);
  const { executable, until } = line;
  let counsel;
  try {
    counsel = await openChromium({ id: 3, scripts: [keepConnections], executable, alone: true });
    await enterByCode(counsel.page, `https://${NEAR}:8443`, court.code.counsel);
    await judge.page.locator('[data-testid^="act-admit-"]').first().click({ timeout: 60_000 });
    await openSession(judge.page);
    await untilState(judge.page, 'in_session');
    if (line.age() > BEGIN) throw new Error('too slow to be in before the line changes');
    let at = BEGIN;
    for (const [name, , seconds, skipped] of PHASES) {
      await until(at + skipped);
      const first = await counsel.page.evaluate(received);
      let slowest = Infinity, before = first, stills = 0;
      const looked = seconds - skipped - 1;
      for (let second = 1; second <= looked; second++) {
        await until(at + skipped + second);
        const now = await counsel.page.evaluate(received);
        slowest = Math.min(slowest, now.frames - before.frames);
        stills += now.still > 0 ? 1 : 0;
        before = now;
      }
      if (process.env.ASSIZE_SHOTS) {
        mkdirSync(process.env.ASSIZE_SHOTS, { recursive: true });
        await counsel.page.screenshot({ path: path.join(process.env.ASSIZE_SHOTS, `line ${name.replace(/\W+/g, '-')}.png`) });
      }
      const share = (100 * (before.concealed - first.concealed)) / Math.max(1, before.samples - first.samples);
      figure(name, `sound concealed ${share.toFixed(2)} %; ${((before.frames - first.frames) / looked).toFixed(1)} pictures/s, ${slowest} in the worst second; ${before.freezes - first.freezes} freezes, ${(before.frozen - first.frozen).toFixed(2)} s; ${before.height} high; told to stand still for ${stills} s of ${looked}`);
      at += seconds;
    }
    for (const [down, up] of outages) {
      await until(down - 1);
      const before = await roster(judge.page);
      await until(up);
      const back = Date.now();
      const [mine, theirs] = await Promise.all([again(counsel.page, back), again(judge.page, back)]);
      figure(`down for ${up - down} s`, `counsel has pictures again ${mine.first} ms after it was up, the judge has counsel's ${theirs.first} ms; no picture for ${mine.gap} and ${theirs.gap} ms at most in the ten seconds from then on, with ${mine.sound} and ${theirs.sound} packets of sound a second; ${mine.anew} transports made anew; load ${loadavg()[0].toFixed(1)}`);
      // After more than 30 s the microphone is closed until the person opens it (ruling 13).
      const closed = await counsel.page.locator('[data-testid="mic-on"]').first().isVisible();
      if (closed) {
        await act(counsel.page, 'mic-on').first().click();
        await counsel.page.waitForTimeout(3000);
        await judge.page.evaluate(fresh);
        await counsel.page.waitForTimeout(2000);
        figure(`microphone after ${up - down} s`, `opened by counsel; ${((await judge.page.evaluate(fresh)).sound / 2).toFixed(0)} packets of sound a second then`);
      }
      const after = await roster(judge.page);
      figure(`who is there after ${up - down} s`, after === before ? `the same as before: ${after}` : `NOT THE SAME: before ${before}; after ${after}`);
    }
  } finally {
    await counsel?.context.browser().close().catch(() => {});
    await line.stop();
  }
});
