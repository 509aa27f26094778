// A record of four hours in the player: what a jump to anywhere costs, and how a part of the axis is looked at. The pictures
// are real, ten seconds from key picture to key picture as the recorder writes them; the four hours are a minute that comes
// again and again, of which only what is asked for is ever made. The figures are this machine's.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after } from 'node:test';
import { openChromium } from './lib/browser.mjs';
import { courtForTests } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { misfits } from './lib/fits.mjs';
import { found, shot } from './lib/looks.mjs';
import { act, logIn } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 300_000 };
const HOURS = 4, MINUTE_MS = 60_000, LONG_MS = HOURS * 60 * MINUTE_MS;
const RECORD = 'long-01', PARTIES = 4;
const court = courtForTests();
let clerk, media, line;
const asked = [];

/** Elements of a Matroska file in order, masters opened: `[id, from, to]` of each body. */
function* elements(bytes, at = 0, end = bytes.length) {
  const OPENED = [0x18538067, 0x1f43b675];
  const number = (from, marked) => {
    const length = Math.clz32(bytes[from]) - 23;
    let value = marked ? bytes[from] : bytes[from] & (0xff >> length);
    for (let n = 1; n < length; n++) value = value * 256 + bytes[from + n];
    return { length, value };
  };
  while (at < end) {
    const id = number(at, true), size = number(at + id.length, false);
    const from = at + id.length + size.length;
    yield [id.value, from, from + size.value, at];
    at = OPENED.includes(id.value) ? from : from + size.value;
  }
}

/** Header and frames `{ ms, key, data }` of a file of one track. */
function framesOf(file) {
  const bytes = readFileSync(file), frames = [];
  let header, cluster = 0;
  for (const [id, from, to, at] of elements(bytes)) {
    // Its size is not known, as in a file that grows.
    if (id === 0x18538067) bytes.set([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], from - 8);
    if (id === 0x1f43b675) header ??= bytes.subarray(0, at);
    if (id === 0xe7) cluster = bytes.subarray(from, to).reduce((sum, byte) => sum * 256 + byte, 0);
    if (id === 0xa3) frames.push({ ms: cluster + bytes.readInt16BE(from + 1), key: (bytes[from + 3] & 0x80) !== 0, data: bytes.subarray(from + 4, to) });
  }
  return { header, frames };
}

const sized = (id, body) => {
  const head = Buffer.alloc(id.length + 8);
  head.set(id);
  head.writeBigUInt64BE(0x0100000000000000n | BigInt(body.length), id.length);
  return Buffer.concat([head, body]);
};

/** The cluster of a second, at its time. Its length is the same in every minute. */
function cluster(frames, ms) {
  const stamp = Buffer.alloc(8);
  stamp.writeBigUInt64BE(BigInt(ms));
  const blocks = frames.map(({ ms: own, key, data }) => {
    const head = Buffer.from([0x81, 0, 0, key ? 0x80 : 0]);
    head.writeInt16BE(own % 1000, 1);
    return sized([0xa3], Buffer.concat([head, data]));
  });
  return sized([0x1f, 0x43, 0xb6, 0x75], Buffer.concat([sized([0xe7], stamp), ...blocks]));
}

/** Four hours of a minute: a segment for the time line, and its bytes from one to another. */
function long({ header, frames }, file, codec) {
  const seconds = Array.from({ length: 60 }, (_, n) => frames.filter(({ ms }) => Math.floor(ms / 1000) === n));
  const lengths = seconds.map((one) => cluster(one, 0).length);
  const before = lengths.map((_, n) => lengths.slice(0, n).reduce((sum, length) => sum + length, 0));
  const minute = before.at(-1) + lengths.at(-1);
  const start = (second) => header.length + Math.floor(second / 60) * minute + before[second % 60];
  const count = LONG_MS / 1000;
  const seek = Array.from({ length: count }, (_, n) => ({ offset: start(n + 1), ms: Math.floor(n / 60) * MINUTE_MS + (seconds[n % 60].at(-1)?.ms ?? (n % 60) * 1000) }));
  const bytes = (from, to) => {
    const parts = from < header.length ? [header.subarray(from, to)] : [];
    for (let n = Math.max(0, Math.floor((from - header.length) / minute) * 60 - 1); n < count && start(n) < to; n++) {
      if (start(n + 1) <= from) continue;
      const whole = cluster(seconds[n % 60], n * 1000);
      parts.push(whole.subarray(Math.max(0, from - start(n)), Math.max(0, to - start(n))));
    }
    return Buffer.concat(parts);
  };
  return { bytes, start, segment: { file, codec, from_ms: 0, to_ms: LONG_MS, bytes: start(count), seek } };
}

/** A minute of moving picture and of sound, encoded as the court's browsers do. */
function made() {
  const folder = mkdtempSync(path.join(tmpdir(), 'assize-long-'));
  const encoded = (name, ...args) => {
    const file = path.join(folder, name);
    execFileSync('ffmpeg', ['-v', 'error', ...args, '-cluster_time_limit', '1000', file]);
    return framesOf(file);
  };
  const picture = encoded('v.webm', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=60', '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1200k', '-g', '250', '-keyint_min', '250', '-auto-alt-ref', '0');
  const voice = encoded('a.webm', '-f', 'lavfi', '-i', 'sine=frequency=300:sample_rate=48000:duration=60', '-c:a', 'libopus', '-b:a', '32k');
  return { picture: long(picture, 'v', 'vp8'), voice: long(voice, 'a', 'opus') };
}

function timeline() {
  const tracks = Array.from({ length: PARTIES }, (_, n) => {
    const seat = String(n + 1).padStart(2, '0'), people = [{ name: `Người ${n + 1}`, role: n === 0 ? 'presiding_judge' : 'counsel' }];
    const track = (device, { segment }, audio, gaps) => ({ id: `${seat}-${device}`, seat: n + 1, device, label: people[0].name, people, audio, gaps, segments: [{ ...segment, file: `${seat}-${device}/${segment.file}` }] });
    const gaps = n === 1 ? [{ from_ms: 7_200_000, to_ms: 7_530_000, reason: 'network' }] : [];
    return [track('camera1', media.picture, false, gaps), track('microphone', media.voice, true, [])];
  }).flat();
  const phase = (id, vi, en) => ({ id, name: { vi, en }, deliberation: false });
  const phases = [phase('opening', 'Bắt đầu', 'Opening'), phase('questioning', 'Xét hỏi', 'Questioning'), phase('debate', 'Tranh luận', 'Debate')];
  const events = [[0, 'planned', { plan: {}, procedure: { phases } }], [1, 'opened', { recording: true }], [2, 'phase_began', { phase: 'opening' }], [1_500_000, 'phase_began', { phase: 'questioning' }], [9_000_000, 'phase_began', { phase: 'debate' }], [LONG_MS, 'closed', null]];
  for (let n = 0; n < 800; n++) {
    const ms = 5000 + n * 17_900;
    events.push([ms + 9000, 'spoke', { seat: (n % PARTIES) + 1, from_us: ms * 1000, to_us: (ms + 9000) * 1000 }]);
    if (n % 60 === 10) events.push([ms, 'exhibit_shown', { exhibit: n / 60 | 0, page: 1 }], [ms + 120_000, 'exhibit_stopped', { exhibit: n / 60 | 0 }]);
    if (n % 25 === 3) events.push([ms, 'floor_given', { seat: (n % PARTIES) + 1 }], [ms + 150_000, 'floor_taken', null]);
  }
  events.sort((a, b) => a[0] - b[0]);
  return {
    hearing: 'long', case: '45/2026/TLST-HS', title: 'Trộm cắp tài sản', zone: 'Asia/Ho_Chi_Minh', rehearsal: false, began_utc_ms: Date.parse('2026-11-24T00:30:00Z'), duration_ms: LONG_MS,
    tracks, spans: [{ state: 'in_session', from_ms: 0, to_ms: LONG_MS }], events: events.map(([ms, kind, data], n) => ({ n, ms, kind, data })),
  };
}

const LEVELS = Buffer.from(Array.from({ length: LONG_MS / 100 }, (_, n) => (Math.sin(n / 700) + Math.sin(n / 31) > 0.8 ? 18 + (n * 13) % 28 : 90)));

/** What is asked of the record, in the place of the server's answer; false: it is the court's own. */
function told(request, response) {
  const [, what] = new RegExp(`^/api/v1/records/${RECORD}/?(.*)$`).exec(request.url) ?? [];
  if (what === undefined) return false;
  const give = (status, type, body, headers = {}) => response.writeHead(status, { 'content-type': type, 'content-length': body.length, ...headers }).end(body);
  if (what === 'timeline') give(200, 'application/json', Buffer.from(line));
  else if (what.startsWith('levels/')) give(200, 'application/octet-stream', LEVELS);
  else if (what.startsWith('media/')) {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(request.headers.range);
    const of = what.includes('camera') ? media.picture : media.voice;
    const body = of.bytes(Number(from), Number(to) + 1);
    asked.push({ track: decodeURIComponent(what).split('/')[1], of, from: Number(from), to: Number(to) + 1 });
    give(206, 'video/webm', body, { 'content-range': `bytes ${from}-${to}/${of.segment.bytes}` });
  } else give(404, 'application/problem+json', Buffer.from('{"code":"not_found","title":"x","detail":"","params":{}}'));
  return true;
}

/** In front of the court, on a port of its own: everything else is the court's. */
function front() {
  const server = http.createServer((request, response) => {
    if (told(request, response)) return;
    const { origin } = request.headers;
    const headers = { ...request.headers, host: 'localhost:8080', ...(origin && { origin: court.origin }) };
    const onwards = http.request(`${court.origin}${request.url}`, { method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onwards);
  });
  after(() => { server.closeAllConnections(); server.close(); });
  return new Promise((done) => server.listen(0, 'localhost', () => done(`http://localhost:${server.address().port}`)));
}

/** Goes to a place on the axis, and waits until every party's picture of it is drawn; ms. */
function sought(page, ms) {
  asked.length = 0;
  return page.evaluate(async (to) => {
    const videos = [...document.querySelectorAll('video[data-track]')];
    const begun = performance.now();
    const drawn = videos.map((video) => new Promise((done) => {
      const look = (_now, { mediaTime }) => (Math.abs(mediaTime - to / 1000) < 0.2 ? done(performance.now() - begun) : video.requestVideoFrameCallback(look));
      video.requestVideoFrameCallback(look);
    }));
    const scrub = document.querySelector('[data-testid="player-scrub"]');
    scrub.value = String(to);
    scrub.dispatchEvent(new Event('input', { bubbles: true }));
    const each = await Promise.all(drawn);
    return { first: Math.round(Math.min(...each)), all: Math.round(Math.max(...each)) };
  }, ms);
}

step('a jump to anywhere in four hours asks each track for the seconds around it; how long until there is a picture', OPTIONS, async () => {
  media = made();
  line = JSON.stringify(timeline());
  figure('time line of four hours, eight tracks', `${(line.length / 1024).toFixed(0)} KiB`);
  await court.ready;
  const origin = await front();
  clerk = await openChromium({ size: { width: 1440, height: 900 }, alone: true });
  await logIn(clerk.page, origin, 'clerk', court.password.clerk);
  await clerk.page.goto(`${origin}/records/${RECORD}`);
  await act(clerk.page, 'player-play').waitFor();
  await clerk.page.waitForFunction(() => { const videos = [...document.querySelectorAll('video[data-track]')]; return videos.length === 4 && videos.every((video) => video.readyState >= 2); });
  const sorted = (values) => values.sort((a, b) => a - b).join(' ');
  const far = async (name) => {
    const first = [], all = [], bytes = [];
    for (const ms of [3.7, 0.4, 2.2, 1.1, 3.2, 0.9, 2.8, 1.6].map((hours) => Math.round(hours * 3_600_000) + 4_000)) {
      await clerk.page.waitForTimeout(1500);
      const seen = await sought(clerk.page, ms);
      first.push(seen.first);
      all.push(seen.all);
      bytes.push(Math.round(asked.reduce((sum, one) => sum + one.to - one.from, 0) / 1024));
      // Each track's first range holds the moment, and no more than the seconds around it; the others are read ahead.
      for (const track of new Set(asked.map((one) => one.track))) {
        const { of, from, to } = asked.find((one) => one.track === track), second = Math.floor(ms / 1000);
        assert.ok(from <= of.start(second) && of.start(second) < to, `${track}: ${from} to ${to} for ${of.start(second)}`);
        assert.ok(from >= of.start(second - 13) && to <= of.start(second + 5), `${track}: ${to - from} bytes`);
      }
    }
    figure(`${name}: first picture`, `${sorted(first)} ms`);
    figure(`${name}: every picture`, `${sorted(all)} ms`);
    figure(`${name}: fetched by then`, `${sorted(bytes)} KiB`);
  };
  const near = async (name) => {
    await clerk.page.waitForTimeout(3000);
    const at = await clerk.page.evaluate(() => Number(document.querySelector('[data-testid="player-clock"]').dataset.ms));
    const all = [];
    for (const by of [3000, 6000, 2000, 8000, 5000, 1000]) {
      all.push((await sought(clerk.page, Math.round((at + by) / 1000) * 1000)).all);
      await clerk.page.waitForTimeout(300);
    }
    figure(name, `${sorted(all)} ms`);
  };
  await far('jump to what is not here, four parties');
  await near('jump within what is here, four parties');
  await act(clerk.page, 'player-choose').click();
  for (const seat of ['02', '03', '04']) await act(clerk.page, `show-${seat}-camera1`).uncheck();
  await clerk.page.waitForFunction(() => document.querySelectorAll('video[data-track]').length === 1);
  await far('jump to what is not here, one picture chosen');
  await near('jump within what is here, one picture chosen');
  await act(clerk.page, 'choose-all').click();
  await act(clerk.page, 'player-choose').click();
});

step('a part of the axis shows an hour or ten minutes, turns with the cursor and is looked through by buttons', OPTIONS, async () => {
  const { page } = clerk;
  await page.waitForFunction(() => document.querySelectorAll('canvas.wave').length === 4);
  await shot(clerk, 'player-four-hours');
  const range = () => page.evaluate(() => { const scrub = document.querySelector('[data-testid="player-scrub"]'); return [Number(scrub.min), Number(scrub.max)]; });
  assert.deepEqual(await range(), [0, LONG_MS]);
  await act(page, 'zoom-3600000').click();
  await page.waitForFunction(() => { const { min, max } = document.querySelector('[data-testid="player-scrub"]'); return max - min === 3_600_000; });
  await act(page, 'zoom-600000').click();
  await page.waitForFunction(() => { const { min, max } = document.querySelector('[data-testid="player-scrub"]'); return max - min === 600_000; });
  const [from] = await range();
  assert.ok(await page.locator('.tl .cursor').first().isVisible());
  await shot(clerk, 'player-ten-minutes', true);
  assert.deepEqual(await found(clerk, 'a part of the axis'), []);
  await act(page, 'zoom-later').click();
  await page.waitForFunction((was) => Number(document.querySelector('[data-testid="player-scrub"]').min) > was, from);
  await act(page, 'zoom-earlier').click();
  await page.waitForFunction((was) => Number(document.querySelector('[data-testid="player-scrub"]').min) <= was, from);
  // A jump out of it takes it along.
  await page.locator('.mark[data-kind="phase_began"]').first().click();
  await page.waitForFunction(() => Number(document.querySelector('[data-testid="player-scrub"]').min) === 0);
  await act(page, 'player-play').click();
  assert.deepEqual(await misfits(clerk, 'a part of the axis'), []);
  await act(page, 'zoom-0').click();
  await page.waitForFunction(() => document.querySelector('[data-testid="player-scrub"]').max === '14400000');
});

step('four hours of lines and lanes do not keep the page from its work while it plays', OPTIONS, async () => {
  const { page } = clerk;
  await act(page, 'events-sort').selectOption('all');
  await act(page, 'player-play').click();
  await page.waitForFunction(() => document.querySelector('[data-testid="player-play"] .i-pause') !== null);
  await page.waitForTimeout(1500);
  const late = await page.evaluate(async () => {
    const seen = [];
    for (let n = 0; n < 60; n++) {
      const begun = performance.now();
      await new Promise((done) => setTimeout(done, 50));
      seen.push(performance.now() - begun - 50);
    }
    return seen.sort((a, b) => a - b);
  });
  figure('lateness of a 50 ms timer while it plays', `median ${late[30].toFixed(0)} ms, worst ${late.at(-1).toFixed(0)} ms`);
  await act(page, 'player-play').click();
});
