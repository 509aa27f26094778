// A rehearsal: made out of the demonstration hearing by the clerk, its parties played by one tab with faults on command. The
// court sees, hears and loses them as it does real ones.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { CEILING } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { untilSealed } from './lib/ledger.mjs';
import { amiss, press, shot } from './lib/looks.mjs';
import { act, admitAll, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
let clerk, trainer, judge, hearing, parts;

/** The card of a role on the console, once it is there. */
const card = (role, at) => trainer.page.locator(`[data-testid^="party-"][data-role="${role}"]${at ? `[data-at="${at}"]` : ''}`);
const button = (role, name) => card(role).locator(`[data-testid^="${name}-"]`);
/** A seat on the judge's wall, by whom it is of. */
const seat = (name) => judge.page.locator('section[data-testid^="seat-"]', { hasText: name }).first();
const band = ({ page }) => act(page, 'rehearsal-band');

/** Pictures shown by a seat's video in a second and a half, and how loud a seat's sound is at its loudest (root mean square). */
const perceived = (number) => judge.page.evaluate(async (start) => {
  const of = (kind, device) => document.querySelector(`${kind}[data-track="${start}-${device}"]`);
  const video = of('video', 'camera1'), audio = of('audio', 'microphone');
  if (!video) return { frames: 0, width: 0, loud: 0 };
  globalThis.__ear ??= new AudioContext();
  await globalThis.__ear.resume();
  const analyser = globalThis.__ear.createAnalyser(), samples = new Float32Array(analyser.fftSize);
  // A closed microphone is not led to anybody.
  if (audio?.srcObject) globalThis.__ear.createMediaStreamSource(audio.srcObject).connect(analyser);
  const before = video.getVideoPlaybackQuality().totalVideoFrames;
  let loud = 0;
  for (const end = performance.now() + 1500; performance.now() < end;) {
    await new Promise((done) => setTimeout(done, 50));
    analyser.getFloatTimeDomainData(samples);
    loud = Math.max(loud, Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length));
  }
  return { frames: video.getVideoPlaybackQuality().totalVideoFrames - before, width: video.videoWidth, loud };
}, String(number).padStart(2, '0'));

/** Polls what the judge perceives of a seat; the ceiling is against hanging. */
async function untilPerceived(number, predicate, what) {
  let seen;
  for (const end = Date.now() + CEILING; Date.now() < end;) if (predicate(seen = await perceived(number))) return seen;
  throw new Error(`${what}: last seen ${JSON.stringify(seen)}`);
}

/** The paper that a seat's picture shows, as grey values of the judge's video. */
const paper = (number) => judge.page.evaluate((track) => {
  const video = document.querySelector(`video[data-track="${track}"]`), canvas = Object.assign(document.createElement('canvas'), { width: 96, height: 36 });
  const g = canvas.getContext('2d');
  const [x, y] = [video.videoWidth / 320, video.videoHeight / 180];
  g.drawImage(video, 120 * x, 62 * y, 192 * x, 70 * y, 0, 0, 96, 36);
  return [...g.getImageData(0, 0, 96, 36).data].filter((_, n) => n % 4 === 1);
}, `${String(number).padStart(2, '0')}-camera1`);
const apart = (one, other) => one.reduce((sum, value, n) => sum + Math.abs(value - other[n]), 0) / one.length;
const numberOf = async (name) => Number((await seat(name).getAttribute('data-testid')).split('-')[1]);

step('the clerk makes a rehearsal out of the hearing: its parties are made up, and every page says what it is', { timeout: 240_000 }, async () => {
  clerk = await openStaff(court, 'clerk');
  await clerk.page.goto(`${court.origin}/prepare/${court.hearing}`);
  await press(act(clerk.page, 'rehearse'));
  await clerk.page.waitForURL((url) => url.pathname.startsWith('/prepare/') && !url.pathname.endsWith(court.hearing));
  hearing = new URL(clerk.page.url()).pathname.split('/').at(-1);
  await act(clerk.page, 'to-console').waitFor();
  assert.equal(await band(clerk).innerText(), 'DIỄN TẬP · không phải phiên tòa thật');
  const text = await clerk.page.locator('main').innerText();
  assert.match(text, /\(diễn tập 1\)/);
  for (const name of ['Đặng Văn Thức', 'Lê Thu Hà', 'Vũ Thanh Bình']) assert.ok(!text.includes(name), `${name} stands in a rehearsal`);
  await shot(clerk, 'rehearsal-plan');
  assert.deepEqual(await amiss(clerk, 'plan of a rehearsal'), []);
  await clerk.page.goto(`${court.origin}/prepare`);
  const row = clerk.page.locator(`[data-testid="hearing-row"][data-hearing="${hearing}"]`);
  await row.getByText('Diễn tập', { exact: true }).waitFor();
  assert.equal(await clerk.page.locator(`[data-hearing="${court.hearing}"]`).getByText('Diễn tập', { exact: true }).count(), 0);
  assert.equal(await band(clerk).count(), 0, 'the list is of real hearings as well');
  await shot(clerk, 'rehearsal-day');
});

step('the console plays who is not of the court, and a judge has no such console', { timeout: 240_000 }, async () => {
  trainer = await openStaff(court, 'administrator', { alone: true });
  await trainer.page.goto(`${court.origin}/rehearsal/${hearing}`);
  await act(trainer.page, 'rehearsal').waitFor();
  parts = await trainer.page.locator('[data-testid^="party-"][data-role]').evaluateAll((cards) => cards.map(({ dataset }) => dataset.role));
  assert.deepEqual(parts, ['defendant', 'prosecutor', 'counsel']);
  assert.deepEqual(await amiss(trainer, 'console, nobody in'), []);
  judge = await openBench({ ...court, hearing }, { state: null, alone: true });
  await band(judge).waitFor();
  const refused = await judge.page.evaluate((id) => fetch(`/api/v1/hearings/${id}/rehearsal`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }).then(({ status }) => status), hearing);
  assert.equal(refused, 403);
  const real = await openStaff(court, 'clerk');
  await real.page.goto(`${court.origin}/rehearsal/${court.hearing}`);
  await real.page.getByText('Đây không phải phiên tòa diễn tập').waitFor();
  await real.close();
});

step('they enter, wait, are admitted; the judge opens, sees each and hears who speaks', { timeout: 240_000 }, async () => {
  await press(act(trainer.page, 'enter-all'));
  await Promise.all(parts.map((role) => card(role, 'waiting').waitFor()));
  await admitAll(judge.page, 3);
  await Promise.all(parts.map((role) => card(role, 'in').waitFor()));
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  for (const name of ['Trại tạm giam', 'Người bào chữa', 'Kiểm sát viên']) {
    const seen = await untilPerceived(await numberOf(name), ({ frames, width }) => frames > 0 && width === 320, `the picture of ${name}`);
    assert.ok(seen.loud < 0.01, `${name} is silent until told to speak: ${seen.loud}`);
  }
  // The judge's test tone would be the loudest.
  await act(judge.page, 'mic-off').first().click();
  await press(button('counsel', 'speak'));
  const counsel = await numberOf('Người bào chữa');
  await untilPerceived(counsel, ({ loud }) => loud > 0.03, 'the voice of counsel');
  await judge.page.locator(`[data-testid="seat-${counsel}"].is-speaking`).waitFor();
  await press(button('counsel', 'silent'));
  await untilPerceived(counsel, ({ loud, frames }) => loud < 0.01 && frames > 0, 'a microphone without sound');
  await press(button('counsel', 'silent'));
  await untilPerceived(counsel, ({ loud }) => loud > 0.03, 'the voice again');
  await press(button('counsel', 'speak'));
  await shot(judge, 'rehearsal-bench');
  assert.deepEqual(await amiss(judge, 'bench of a rehearsal'), []);
});

step('somebody asks to speak, does not hear, and is somebody else: the console says what the court should do', { timeout: 240_000 }, async () => {
  await press(button('prosecutor', 'hear'));
  await card('prosecutor').locator('[data-testid="lesson-hear"]').waitFor();
  await judge.page.locator('[data-testid^="answer-works_again-"], [data-testid^="answer-granted-"]').first().click();
  await card('prosecutor').locator('[data-testid="lesson-hear"]').waitFor({ state: 'detached' });
  const point = await numberOf('Trại tạm giam');
  const [before, still] = [await paper(point), await paper(point)];
  await press(button('defendant', 'stranger'));
  await card('defendant').locator('[data-testid="lesson-stranger"]').getByText(/Không đúng người/).waitFor();
  assert.equal(await card('defendant').locator('[data-testid="party-name"]').innerText(), 'Người lạ (diễn tập)');
  const unchanged = apart(before, still);
  let changed = 0;
  for (const end = Date.now() + CEILING; !(changed > 4 && changed > 3 * unchanged) && Date.now() < end; await judge.page.waitForTimeout(250)) changed = apart(before, await paper(point));
  assert.ok(changed > 4 && changed > 3 * unchanged, `another paper is seen on the bench: ${changed}, unchanged ${unchanged}`);
  await press(button('counsel', 'dark'));
  await trainer.page.evaluate(() => { document.activeElement.blur(); scrollTo(0, 0); });
  await shot(trainer, 'rehearsal', true);
  assert.deepEqual(await amiss(trainer, 'console, faults'), []);
  await press(button('counsel', 'dark'));
  await press(button('defendant', 'stranger'));
});

step('a cut line: the point is lost, past the limit the session is held; once it is back the judge goes on', { timeout: 240_000 }, async () => {
  const point = await numberOf('Trại tạm giam');
  await press(button('defendant', 'line'));
  await card('defendant', 'line').waitFor();
  await judge.page.locator(`[data-testid="seat-${point}"][data-place="lost"]`).waitFor();
  await untilState(judge.page, 'held');
  await act(judge.page, 'held').getByText(/Trại tạm giam/).waitFor();
  await shot(judge, 'rehearsal-held');
  await press(button('defendant', 'line'));
  await card('defendant', 'in').waitFor();
  await judge.page.locator(`[data-testid="seat-${point}"][data-connected="true"]`).waitFor();
  await judge.page.locator('[data-testid="act-resume"]').first().click();
  await untilState(judge.page, 'in_session');
  await untilPerceived(point, ({ frames }) => frames > 0, 'the picture of the point is back');
});

step('a power cut: who comes again by code without a trace of before waits outside until the court knows them', { timeout: 240_000 }, async () => {
  const counsel = await numberOf('Người bào chữa');
  await press(button('counsel', 'power'));
  await card('counsel', 'power').waitFor();
  await judge.page.locator(`[data-testid="seat-${counsel}"][data-place="lost"]`).waitFor();
  await press(button('counsel', 'power'));
  await card('counsel', 'waiting').waitFor();
  await act(judge.page, `act-admit-${counsel}`).click();
  await card('counsel', 'in').waitFor();
  await untilPerceived(counsel, ({ frames }) => frames > 0, 'the picture of counsel is back');
});

step('the record says that it is of a rehearsal, is marked in the list, and is not counted', { timeout: 240_000 }, async () => {
  await judge.page.locator('button[data-testid="act-close"]').first().click();
  await act(judge.page, 'act-close-confirm').click();
  await untilState(judge.page, 'closed');
  const year = readdirSync(server.recordings).find((name) => /^\d{4}$/.test(name)), sitting = path.join(server.recordings, year, hearing, '01');
  await untilSealed(sitting);
  const { stdout } = await server.cli('verify', sitting);
  assert.match(stdout, /REHEARSAL, not a real hearing/);
  // The list of records is not fetched again: what is in it then, is.
  await judge.page.locator('[data-testid="sealing"][data-at="sealed"]').waitFor();
  await clerk.page.goto(`${court.origin}/records`);
  const row = act(clerk.page, 'record-row').first();
  await row.getByText('Diễn tập', { exact: true }).waitFor();
  await row.getByRole('link').first().click();
  await band(clerk).waitFor();
  const total = await clerk.page.evaluate(() => fetch('/api/v1/statistics').then((answer) => answer.json()).then(({ total: { hearings } }) => hearings));
  assert.equal(total, 0);
  await trainer.page.getByText('Phiên diễn tập đã kết thúc.').waitFor();
  assert.deepEqual([clerk, trainer, judge].flatMap(({ log }) => log.filter((line) => line.startsWith('pageerror'))), []);
});
