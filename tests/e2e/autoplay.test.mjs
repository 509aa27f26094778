// Sound without the flag that lets pages play: the browser's own policy, on a kiosk that nobody has touched.
//
// A page counts as touched as soon as the test evaluates anything in it. So the kiosk's page is only opened, and tells by
// its console what became of each play(); what it does is read at the judge's screen until that is known.
import assert from 'node:assert/strict';
import { CEILING, openChromium, untilTracks } from './lib/browser.mjs';
import { keepConnections, readStats } from './lib/connections.mjs';
import { courtForTests, openBench, openPlan } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
let judge, clerk, point, seat;

/** In the page: says what became of every play() of an element with sound. */
function tellPlays() {
  const original = HTMLMediaElement.prototype.play;
  HTMLMediaElement.prototype.play = function play() {
    const given = original.call(this);
    if (!this.muted) given.then(() => console.log('play: played'), (error) => console.log(`play: ${error.name}`));
    return given;
  };
}

/** In the page: refuses sound as a browser does, until the person presses something. */
function refusePlays() {
  const original = HTMLMediaElement.prototype.play;
  let pressed = false;
  addEventListener('click', (event) => { if (event.isTrusted) pressed = true; }, true);
  HTMLMediaElement.prototype.play = function play() {
    if (this.muted || pressed) return original.call(this);
    console.log('play: refused by the test');
    return Promise.reject(new DOMException('play() failed because the user did not interact with the document first.', 'NotAllowedError'));
  };
}

/** In the page: plays a second of sound at once, and says what became of it. */
function playAtOnce() {
  if (location.pathname !== '/livez') return;
  const samples = 8000, bytes = new Uint8Array(44 + samples).fill(128);
  const header = new DataView(bytes.buffer);
  const text = (at, word) => [...word].forEach((letter, n) => header.setUint8(at + n, letter.charCodeAt(0)));
  text(0, 'RIFF'); text(8, 'WAVEfmt '); text(36, 'data');
  for (const [at, value] of [[4, 36 + samples], [16, 16], [24, samples], [28, samples], [40, samples]]) header.setUint32(at, value, true);
  for (const [at, value] of [[20, 1], [22, 1], [32, 1], [34, 8]]) header.setUint16(at, value, true);
  const audio = new Audio(URL.createObjectURL(new Blob([bytes], { type: 'audio/wav' })));
  audio.play().then(() => console.log('play: played'), (error) => console.log(`play: ${error.name}`));
}

const until = async (predicate, what) => {
  const end = Date.now() + CEILING;
  while (!(await predicate())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${CEILING} ms; the page says ${JSON.stringify(point.log)}`);
    await new Promise((done) => setTimeout(done, 100));
  }
};
/** What was answered; an element that was taken away while it started was not refused. */
const plays = () => point.log.filter((line) => line.startsWith('log: play: ') && !line.endsWith('AbortError'));
const warned = () => clerk.page.locator(`[data-testid="seat-${seat}"] .flag[role="status"]`).filter({ hasText: /không phát tiếng|plays no sound/ });

/** The kiosk's page anew, without anybody's hand: it leaves, and enters by itself. */
async function reopened() {
  const chair = judge.page.locator(`[data-testid="seat-${seat}"]`).first();
  await point.page.goto('about:blank');
  await until(async () => (await chair.getAttribute('data-connected')) === 'false', 'the kiosk has left');
  point.log.length = 0;
  await point.page.goto(`${server.origin}/point`);
  await until(async () => (await chair.getAttribute('data-connected')) === 'true', 'the kiosk is back by itself');
}

step('a kiosk without the flag is enrolled, admitted and in session', {}, async () => {
  // Its real (fake) devices stay: whether a page that holds the microphone may play is the browser's own rule.
  const kiosk = openChromium({ autoplay: false, size: { width: 1920, height: 1080 }, scripts: [keepConnections] });
  [judge, point] = await Promise.all([openBench(court, { scripts: [keepConnections] }), kiosk]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  const admit = judge.page.locator('[data-testid^="act-admit-"]').first();
  await admit.waitFor();
  seat = Number((await admit.getAttribute('data-testid')).split('-').at(-1));
  await admit.click();
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  clerk = await openPlan(court, { size: { width: 1366, height: 768 } });
});

step('the browser\'s own policy is in force: a page that nobody touched and that records nothing may not play', {}, async () => {
  const { log, page } = await openChromium({ autoplay: false, scripts: [playAtOnce] });
  await page.goto(`${server.origin}/livez`);
  await until(() => log.some((line) => line.startsWith('log: play: ')), `an answer to play(): ${log}`);
  assert.ok(log.includes('log: play: NotAllowedError'), log.join(' '));
});

step('untouched, it either plays or says so: never silence that nobody knows of', {}, async () => {
  await point.page.addInitScript(tellPlays);
  await reopened();
  await until(() => plays().length > 0, 'the browser answered play()');
  const refused = plays().some((line) => line.includes('NotAllowedError'));
  figure('Chromium lets a kiosk that holds its microphone play untouched', refused ? 'no' : 'yes');
  if (refused) {
    await warned().waitFor();
    await act(point.page, 'unblock').click();
  } else {
    assert.ok(plays().every((line) => line.endsWith('played')), plays().join(' '));
    assert.equal(await act(point.page, 'unblock').count(), 0);
    assert.equal(await warned().count(), 0);
  }
  await untilTracks(point.page, (seen) => Object.values(seen).some((t) => t.kind === 'audio' && t.id === 1 && !t.paused), 'the judge is heard at the kiosk');
});

step('refused, it shows the one button and the clerk is told', {}, async () => {
  await point.page.addInitScript(refusePlays);
  await reopened();
  await until(() => plays().length > 0, 'play() was refused');
  await act(point.page, 'unblock').waitFor();
  assert.equal(await act(point.page, 'unblock').count(), 1);
  const paused = await point.page.evaluate(() => [...document.querySelectorAll('audio[data-track]')].map((audio) => audio.paused));
  assert.ok(paused.length > 0 && paused.every(Boolean), `nothing plays yet: ${paused}`);
  await warned().waitFor();
});

step('one press, and sound plays', {}, async () => {
  await act(point.page, 'unblock').click();
  await act(point.page, 'unblock').waitFor({ state: 'detached' });
  await untilTracks(point.page, (seen) => Object.values(seen).some((t) => t.kind === 'audio' && t.id === 1 && !t.paused), 'the judge is heard at the kiosk');
  const look = () => Promise.all([judge, point].map(({ page }) => page.evaluate(readStats)));
  const [sent, heard] = await look();
  await new Promise((done) => setTimeout(done, 2500));
  const [sentThen, heardThen] = await look();
  assert.ok(heardThen.in.audio.energy > heard.in.audio.energy, 'sound is decoded and played out');
  // Statistics tell no redundancy: Chromium sends a packet with the one before it, the plane with two.
  const each = (then, before) => (then.bytes - before.bytes) / (then.packets - before.packets);
  const [one, two] = [each(sentThen.out.audio, sent.out.audio), each(heardThen.in.audio, heard.in.audio)];
  figure('sound from Chromium and to it', `${Math.round(one)} and ${Math.round(two)} bytes a packet`);
  assert.ok(two / one > 1.3 && two / one < 1.7, `a packet of three to one of two: ${one} and ${two} bytes`);
  assert.ok([...sentThen.nack, ...heardThen.nack].every(Boolean), 'lost sound is asked for');
});

step('now that it plays, the clerk is told no more', {}, async () => {
  await warned().waitFor({ state: 'detached' });
  assert.equal(await act(point.page, 'unblock').count(), 0);
});

step('refused again after it was opened anew; when it leaves, the clerk\'s notice goes with it', {}, async () => {
  await reopened();
  await warned().waitFor();
  await point.page.goto('about:blank');
  await warned().waitFor({ state: 'detached' });
});
