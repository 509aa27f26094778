// Five parties, one of them behind 300 kb/s: what real Chromium hears and sees there. Not a test: it prints figures, and takes
// four minutes of a machine that does nothing else. `make five`.
//
// Two cores do not carry five browsers that render a courtroom: the judge has the client, three more talk by WHIP out of one
// page that shows nothing, and counsel, who is measured, has the client behind the line.
import { appendFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { test } from 'node:test';
import { NEAR, startLine } from './lib/badline.mjs';
import { openChromium } from './lib/browser.mjs';
import { keepConnections } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { enterByCode, openSession, untilState } from './lib/people.mjs';
import { publish, talkers } from './lib/talkers.mjs';

/** Seconds from when the line is up: everybody is in by then. */
const BEGIN = 60;
/** Narrow for so long: one speaks all the time, then they take turns; then wide again. */
const [STEADY, TURN, WIDE] = [60, 15, 30];
/** How loud: who speaks, who speaks as well, 10 dB quieter, and the two others, whose microphones are open in a quiet room. */
const LOUDNESS = [1, 0.32, 0.01, 0.01];
/** Who talks, by the number that their tracks begin with; the judge first. */
const ROLES = { clerk: '02', prosecutor: '03', defendant: '05' };
const TALKERS = ['01', ...Object.values(ROLES)];

const court = courtForTests({ ASSIZE__MEDIA__ANNOUNCE: `["${NEAR}"]` });

const talking = (capture) => ({ content: `(${talkers})({ capture: ${capture} })` });

/** Tickets for who has no browser here. */
async function tickets() {
  const shown = await court.server.json('hearing', 'show', court.hearing);
  const { people, points } = shown.plan ?? shown;
  const ticket = async (...who) => (await court.server.cli('ticket', court.hearing, ...who)).stdout.trim();
  return Promise.all(Object.keys(ROLES).map((role) => {
    const person = people.find((one) => one.role === role);
    const point = role === 'defendant' && points.find((one) => one.kind === 'detention');
    return point ? ticket('--point', point.id) : ticket('--person', person.id);
  }));
}

/** In the page: what counsel has of each talker so far, by the number of the seat. */
async function heard() {
  const byTrack = new Map();
  for (const connection of globalThis.__connections.filter((c) => c.connectionState !== 'closed')) {
    for (const entry of (await connection.getStats()).values()) if (entry.type === 'inbound-rtp') byTrack.set(entry.trackIdentifier, entry);
  }
  const seats = {};
  for (const element of document.querySelectorAll('video[data-track], audio[data-track]')) {
    const [seat, device] = element.dataset.track.split('-'), own = seats[seat] ??= { samples: 0, concealed: 0, packets: 0, soundBytes: 0, frames: 0, bytes: 0, height: 0 };
    const track = element.srcObject?.getTracks()[0], entry = byTrack.get(track?.id);
    if (!entry) continue;
    if (device === 'microphone') {
      own.samples = entry.totalSamplesReceived ?? 0;
      own.concealed = (entry.concealedSamples ?? 0) - (entry.silentConcealedSamples ?? 0);
      Object.assign(own, { packets: entry.packetsReceived, soundBytes: entry.bytesReceived, level: entry.audioLevel });
    } else Object.assign(own, { bytes: entry.bytesReceived, frames: entry.framesDecoded ?? 0, height: entry.frameHeight ?? 0 });
  }
  for (const still of document.querySelectorAll('[data-testid^="still-"]')) {
    const seat = still.dataset.testid.slice(6).split('-')[0];
    if (seats[seat]) seats[seat].still = true;
  }
  return seats;
}

/** Who is how loud from now on: the first of `order` speaks. */
async function speak(judge, others, order) {
  const gain = (seat) => LOUDNESS[order.indexOf(seat)];
  await judge.page.evaluate((g) => globalThis.__loud(0, g), gain('01'));
  await others.page.evaluate((gains) => gains.forEach((g, nth) => globalThis.__loud(nth, g)), TALKERS.slice(1).map(gain));
}

/** Looks each second from `from` to `to`, seconds of the line. `ASSIZE_TRACE` names a file for all that is seen. */
async function look(counsel, line, from, to) {
  const seen = [];
  for (let second = from; second <= to; second++) {
    await line.until(second);
    seen.push(await counsel.page.evaluate(heard));
    if (process.env.ASSIZE_TRACE) appendFileSync(process.env.ASSIZE_TRACE, `${JSON.stringify({ second, ...seen.at(-1) })}\n`);
  }
  return seen;
}

const empty = { samples: 0, concealed: 0, packets: 0, frames: 0, height: 0 };
/** What came of one seat between two looks. */
const between = (a, b, seat) => {
  const [first, then] = [a[seat] ?? empty, b[seat] ?? empty];
  return { samples: then.samples - first.samples, concealed: then.concealed - first.concealed, packets: then.packets - first.packets, frames: then.frames - first.frames };
};
const count = (seen, changed) => seen.slice(1).filter((now, n) => changed(seen[n], now)).length;
/** How often a seat's picture became another: its height, or whether it stands. */
const changesOf = (seen, seat) => count(seen, ({ [seat]: a = {} }, { [seat]: b = {} }) =>
  Boolean(a.still) !== Boolean(b.still) || (!b.still && a.height > 0 && b.height > 0 && a.height !== b.height));
/** How often a seat's voice began or ended to come. */
const comesAndGoes = (seen, seat) => {
  const comes = seen.slice(1).map((now, n) => between(seen[n], now, seat).packets > 10);
  return count(comes, (a, b) => a !== b);
};

/** Sound of each in the order of their loudness, and the pictures in the same. */
function say(name, seen, order) {
  const seconds = seen.length - 1, [first, last] = [seen[0], seen.at(-1)], each = (what) => order.map(what).join(', ');
  const sound = (seat) => {
    const { samples, concealed, packets } = between(first, last, seat);
    return `${(packets / seconds).toFixed(1)} packets/s, ${((100 * concealed) / Math.max(1, samples)).toFixed(2)} % concealed`;
  };
  const picture = (seat) => {
    const rates = seen.slice(1).map((now, n) => ({ frames: between(seen[n], now, seat).frames, still: Boolean(now[seat]?.still || seen[n][seat]?.still) }));
    const unsaid = rates.filter(({ frames, still }) => frames < 5 && !still).length, stood = rates.filter(({ still }) => still).length;
    return `${(rates.reduce((sum, { frames }) => sum + frames, 0) / seconds).toFixed(1)}/s, told to stand ${stood} s, less than 5/s and nothing said ${unsaid} s, ${last[seat]?.height ?? 0} high`;
  };
  figure(name, `by loudness ${order.join(', ')}, ${seconds} s. Sound: ${order.map(sound).join('; ')}; came or went ${each((seat) => comesAndGoes(seen, seat))} times. Pictures: ${order.map(picture).join('; ')}; changed ${each((seat) => changesOf(seen, seat))} times. Load ${loadavg()[0].toFixed(1)}`);
}

/** Lets everybody in who waits, until all five are in the courtroom. */
async function admitAll(page) {
  const end = Date.now() + 60_000, seats = () => page.evaluate(() => [...document.querySelectorAll('section[data-testid^="seat-"]')].map((seat) => ({ ...seat.dataset })));
  for (;;) {
    const now = await seats();
    if (now.filter(({ room, connected }) => room === 'courtroom' && connected === 'true').length === 5) return;
    if (Date.now() > end) throw new Error(`not all are in: ${JSON.stringify(now)}`);
    await page.locator('[data-testid^="act-admit-"]').first().click({ timeout: 1000 }).catch(() => {});
  }
}

test('five parties, 300 kb/s', { timeout: 600_000 }, async () => {
  await court.ready;
  const turns = TALKERS.length * TURN;
  const judge = await openBench(court, { replace: false, alone: true, size: { width: 1024, height: 640 }, scripts: [talking(true)] });
  const others = await openChromium({ alone: true, replace: false, scripts: [talking(false)] });
  await others.page.goto(`${court.origin}/enter`);
  for (const ticket of await tickets()) await others.page.evaluate(publish, { path: `/whip/${court.hearing}`, ticket });
  const line = await startLine([[BEGIN, 'there:rate=300k'], [BEGIN + STEADY + turns, 'there:rate=100M']]);
  let counsel;
  try {
    counsel = await openChromium({ id: 3, scripts: [keepConnections], executable: line.executable, alone: true });
    await enterByCode(counsel.page, `https://${NEAR}:8443`, court.code.counsel);
    await admitAll(judge.page);
    await openSession(judge.page);
    await untilState(judge.page, 'in_session');
    await speak(judge, others, TALKERS);
    if (line.age() > BEGIN - 12) throw new Error('too slow to be in before the line changes');
    say('five parties, nothing wrong, 40 ms RTT', await look(counsel, line, BEGIN - 9, BEGIN - 1), TALKERS);
    say('five parties, 300 kb/s down, the judge speaks', await look(counsel, line, BEGIN + 5, BEGIN + STEADY), TALKERS);
    for (let turn = 0; turn < TALKERS.length; turn++) {
      // Whoever has spoken comes second.
      const order = [1, 0, 2, 3].map((n) => TALKERS[(turn + n) % TALKERS.length]), from = BEGIN + STEADY + turn * TURN;
      await line.until(from);
      await speak(judge, others, order);
      say(`five parties, 300 kb/s down, ${order[0]} speaks after ${order[1]}`, await look(counsel, line, from + 1, from + TURN), order);
      if (turn === TALKERS.length - 1) {
        const wide = from + TURN;
        say('five parties, wide again', await look(counsel, line, wide + 15, wide + WIDE), order);
      }
    }
  } finally {
    await counsel?.context.browser().close().catch(() => {});
    await line.stop();
  }
});
