// The main job, end to end, as the people of a hearing live it: log-in, admission, session, mute, pause, kill -9, close,
// playback, verification. Ceilings here are against hanging; the figures go into the log.
import assert from 'node:assert/strict';
import { readdirSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { openChromium, tracks, untilTracks } from './lib/browser.mjs';
import { watchFlashes } from './lib/content.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { fileDevices } from './lib/files.mjs';
import { expected, ledger, untilSealed } from './lib/ledger.mjs';
import { beeps, flashes, offset, seconds } from './lib/media.mjs';
import { misfits } from './lib/fits.mjs';
import { figure } from './lib/figure.mjs';
import { act, admitAll, enterByCode, logIn, openSession, timed, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const shots = process.env.ASSIZE_SHOTS;
const court = courtForTests(), { server } = court;
let clerk, judge, point, counsel, sitting;

const shot = async (who, name) => { if (shots) { mkdirSync(shots, { recursive: true }); await who.page.screenshot({ path: path.join(shots, `${name}.png`) }); } };

/** What a page must decode: the pictures and the voices of the others. */
const decodes = (others, voices = others) => (seen) => {
  const ids = (kind) => Object.values(seen).filter((t) => t.kind === kind && (kind === 'audio' || t.frames > 0)).map((t) => t.id);
  const [pictures, sounds] = [ids('video'), ids('audio')];
  return others.every((id) => pictures.includes(id)) && voices.every((id) => sounds.includes(id));
};
/** Waits until what each decodes is as `predicate` of the person wants it. */
const untilAll = (people, predicate, what) => Promise.all(people.map((who) => untilTracks(who.page, predicate(who), `${what}, at ${who.id}`)));
const othersOf = (who) => [1, 2, 3].filter((id) => id !== who.id);
const hearsNobody = (seen) => Object.values(seen).every((t) => t.kind !== 'audio' || t.id === null);
const silentOf = (id) => (seen) => Object.values(seen).every((t) => t.kind !== 'audio' || t.id !== id);

step('the clerk logs in, opens the demonstration hearing and sees who is there', {}, async () => {
  clerk = await openChromium({ size: { width: 1366, height: 768 } });
  await logIn(clerk.page, server.origin, 'clerk', court.password.clerk);
  const row = clerk.page.locator(`[data-testid="hearing-row"][data-hearing="${court.hearing}"]`);
  await row.waitFor();
  await shot(clerk, 'prepare-day');
  await row.getByRole('link').first().click();
  await clerk.page.waitForURL('**/prepare/*');
  // Looking takes the clerk's seat: it is always the clerk's own act.
  await act(clerk.page, 'live-open').click();
  const take = act(clerk.page, 'live-take-confirm'), roster = act(clerk.page, 'roster');
  await take.or(roster).first().waitFor();
  if (await take.isVisible()) await take.click();
  await roster.waitFor();
  await shot(clerk, 'prepare-plan');
});

step('the judge enters the bench', {}, async () => {
  judge = await openBench(court, { alone: true });
  await shot(judge, 'bench-waiting');
});

step('the defendant\'s point is enrolled once and then enters by itself, nothing typed', {}, async () => {
  // Its camera and microphone are files behind the browser's own devices; its room has an echo canceller of its own.
  const room = () => localStorage.setItem('assize.devices', JSON.stringify({ camera: null, microphone: null, echo: false }));
  point = await openChromium({ id: 2, replace: false, extra: fileDevices(server.folder, 2), scripts: [room], size: { width: 1920, height: 1080 } });
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await point.page.waitForFunction(() => localStorage.getItem('assize.device') !== null);
  await point.page.goto('about:blank');
  await point.page.goto(`${server.origin}/point`);
  await untilState(point.page, 'waiting');
  await shot(point, 'point-waiting');
});

step('counsel enters by code after a device check', {}, async () => {
  counsel = await openChromium({ id: 3, alone: true });
  await counsel.page.goto(`${server.origin}/enter`);
  await shot(counsel, 'enter');
  await enterByCode(counsel.page, server.origin, court.code.counsel);
  await act(counsel.page, 'waiting-room').waitFor();
  await shot(counsel, 'wait');
});

step('nobody in waiting hears or sees the courtroom', {}, async () => {
  for (const who of [point, counsel]) {
    const media = await who.page.locator('video[data-track]:not([data-local]), audio[data-track]').count();
    assert.equal(media, 0);
  }
});

step('the judge admits them and opens the session: everybody sees and hears everybody', { timeout: 240_000 }, async () => {
  await admitAll(judge.page, 2);
  // Before the opening the court's screens have pictures and nobody has sound; a kiosk shows that it waits.
  await untilAll([judge, counsel], (who) => (seen) => decodes(othersOf(who), [])(seen) && hearsNobody(seen), 'pictures, and no sound before the opening');
  assert.ok(hearsNobody(await tracks(point.page)));
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  await Promise.all([judge, point, counsel].map(async (who) => {
    const { ms } = await timed(() => untilTracks(who.page, decodes(othersOf(who)), 'everybody sees and hears everybody'));
    figure(`seen and heard by ${who.id}`, `${ms} ms`);
  }));
  await shot(judge, 'bench'); await shot(point, 'point-session'); await shot(counsel, 'party'); await shot(clerk, 'prepare-live');
});

step('the judge mutes and locks counsel', {}, async () => {
  const seen = await untilTracks(judge.page, decodes([2, 3]), 'before the mute');
  const track = Object.keys(seen).find((t) => seen[t].kind === 'audio' && seen[t].id === 3);
  const counselSeat = Number(track.split('-')[0]);
  await act(judge.page, `act-mutelock-${counselSeat}`).click();
  // One after the other: a silence of less than a second is not taken for a hole when the length of a track is reckoned.
  for (const who of [judge, point]) await untilTracks(who.page, silentOf(3), `counsel is not heard at ${who.id}`);
  await shot(counsel, 'party-locked');
  await act(judge.page, `act-unmute-${counselSeat}`).click();
  await untilTracks(judge.page, decodes([2, 3]), 'counsel is heard again');
});

step('a pause cuts every microphone; after resuming each opens their own', {}, async () => {
  await act(judge.page, 'act-pause').click();
  await untilState(judge.page, 'paused');
  // One after the other, as above.
  for (const who of [judge, point, counsel]) await untilTracks(who.page, (seen) => hearsNobody(seen) && decodes(othersOf(who), [])(seen), 'silence, with pictures');
  await shot(judge, 'bench-paused');
  await act(judge.page, 'act-resume').click();
  await untilState(judge.page, 'in_session');
  for (const who of [point, counsel]) await act(who.page, 'mic-on').first().click();
  await untilAll([judge, point, counsel], (who) => decodes(othersOf(who)), 'everybody hears everybody again');
});

step('kill -9: everyone is back in place without a click, the session held until the judge\'s one act', { timeout: 240_000 }, async () => {
  await judge.page.waitForTimeout(3000);
  await server.kill();
  await judge.page.waitForTimeout(1000);
  const restarted = Date.now();
  await server.start();
  figure('server ready after restart', `${Date.now() - restarted} ms`);
  await Promise.all([judge, point, counsel].map((who) => untilState(who.page, 'held')));
  figure('everybody back in place after restart', `${Date.now() - restarted} ms`);
  await shot(judge, 'bench-held');
  await untilAll([judge, point, counsel], (who) => (seen) => hearsNobody(seen) && decodes(othersOf(who), [])(seen), 'pictures are back, sound is not');
  await act(judge.page, 'act-resume').click();
  await untilState(judge.page, 'in_session');
  await untilAll([judge, point, counsel], (who) => decodes(othersOf(who)), 'microphones are as they were');
  // Long enough for flashes and beeps to be compared.
  await judge.page.waitForTimeout(6000);
});

step('the judge closes; the record is sealed and says what was lost', {}, async () => {
  await act(judge.page, 'act-close').first().click();
  const confirm = judge.page.locator('dialog[open] button').filter({ hasText: /Kết thúc|Close/ });
  await confirm.first().click();
  await untilState(judge.page, 'closed');
  await shot(judge, 'bench-closed');
  const year = readdirSync(server.recordings).find((name) => /^\d{4}$/.test(name));
  sitting = path.join(server.recordings, year, court.hearing, '01');
  await untilSealed(sitting);
  const verified = await server.cli('verify', sitting, '--json');
  const report = JSON.parse(verified.stdout);
  assert.equal(verified.code, 2, verified.stdout + verified.stderr);
  assert.equal(report.result, 'gaps');
  assert.deepEqual(report.findings, []);
  const reasons = report.tracks.flatMap((t) => t.gaps.map((gap) => gap.reason));
  assert.ok(reasons.includes('outage') || reasons.includes('crash'), `the outage is stated: ${reasons}`);
  for (const track of report.tracks) figure(`gaps of ${track.id}`, JSON.stringify(track.gaps));
});

step('every track is there, as long as it should be, with sound and picture in step', { timeout: 300_000 }, async () => {
  const tracksDir = path.join(sitting, 'data/tracks');
  const names = readdirSync(tracksDir).sort();
  const cameras = names.filter((name) => name.endsWith('-camera1')), microphones = names.filter((name) => name.endsWith('-microphone'));
  assert.equal(cameras.length, 3, names.join(' '));
  assert.equal(microphones.length, 3, names.join(' '));
  const files = (name) => readdirSync(path.join(tracksDir, name)).filter((f) => /\.(webm|mkv)$/.test(f)).sort().map((f) => path.join(tracksDir, name, f));
  const events = ledger(sitting);
  for (const name of names) {
    const held = files(name).reduce((sum, file) => sum + seconds(file), 0);
    const wanted = expected(events, name);
    figure(`length of ${name}`, `${held.toFixed(2)} s of ${wanted.toFixed(2)} s by the ledger`);
    assert.ok(wanted > 10, `${name}: the ledger expects ${wanted} s`);
    assert.ok(Math.abs(held - wanted) < 0.5, `${name}: ${held} s recorded, ${wanted} s expected`);
  }
  let compared = 0;
  for (const camera of cameras) {
    const microphone = camera.replace('camera1', 'microphone');
    for (const file of files(camera)) {
      const epoch = path.basename(file).split('-')[0];
      const sound = files(microphone).find((f) => path.basename(f).startsWith(epoch) && path.basename(f).split('.')[0] === path.basename(file).split('.')[0]);
      if (!sound) continue;
      const seen = flashes(file);
      assert.equal(seen.errors, '', `${file} decodes`);
      if (camera.startsWith('05')) continue; // the files behind the point's devices keep no common clock
      const heard = beeps(sound);
      const apart = offset(seen.at, heard.at);
      figure(`sound against picture, ${path.basename(path.dirname(file))} ${epoch}`, JSON.stringify(apart));
      assert.ok(apart && apart.count >= 3, `${file}: ${apart?.count ?? 0} flashes with their beeps`);
      assert.ok(Math.abs(apart.median) < 80, `${file}: sound is ${apart.median} ms off`);
      compared++;
    }
  }
  assert.equal(compared, 4, 'two senders, before and after the crash');
});

step('the clerk finds the record by its case number and plays it, all parties in step', {}, async () => {
  // The list of records is not fetched again: what is in it then, is.
  await judge.page.locator('[data-testid="sealing"][data-at="sealed"]').waitFor();
  await clerk.page.goto(`${server.origin}/records`);
  await act(clerk.page, 'record-search').fill('45/2026');
  await clerk.page.keyboard.press('Enter');
  const row = act(clerk.page, 'record-row').first();
  await row.waitFor();
  await shot(clerk, 'records-search');
  assert.deepEqual(await misfits(clerk, 'records'), []);
  await row.getByRole('link').first().click();
  await act(clerk.page, 'player-play').waitFor();
  assert.deepEqual(await misfits(clerk, 'player'), []);
  await act(clerk.page, 'player-play').click();
  const playing = await clerk.page.waitForFunction(() => {
    const videos = [...document.querySelectorAll('video[data-track]')];
    return videos.length >= 3 && videos.filter((v) => v.currentTime > 0 && v.readyState >= 2).length >= 3;
  });
  assert.ok(playing);
  if (shots) await clerk.page.waitForTimeout(3000);
  await shot(clerk, 'records-player');
  // A busy machine may have to fetch first.
  let advanced = [];
  for (let round = 0; round < 5 && !(advanced.length > 0 && advanced.every((a) => a > 0.5)); round++) advanced = await clerk.page.evaluate(async () => {
    const at = () => [...document.querySelectorAll('video[data-track]')].map((v) => v.currentTime);
    const first = at();
    await new Promise((done) => setTimeout(done, 2000));
    return at().map((time, n) => time - first[n]);
  });
  figure('player advance in 2 s', advanced.map((a) => a.toFixed(2)).join(' '));
  assert.ok(advanced.every((a) => a > 0.5), advanced.join(' '));
  // All parties in step: what the judge and counsel sent shows white in the same moments of the wall clock.
  // A busy machine shows few of the flashes, so it is watched for longer if need be.
  const tracks = ['01-camera1', '04-camera1'];
  const seen = Object.fromEntries(tracks.map((track) => [track, []]));
  let apart;
  for (let round = 0; round < 8 && !(apart?.count >= 3); round++) {
    const more = await clerk.page.evaluate(watchFlashes, { tracks, millis: 3000 });
    for (const track of tracks) seen[track].push(...more[track]);
    apart = offset(...tracks.map((track) => seen[track].map((ms) => ms / 1000)));
  }
  figure('judge against counsel in the player', JSON.stringify(apart));
  assert.ok(apart && apart.count >= 3, `flashes seen: ${JSON.stringify(seen)}`);
  assert.ok(Math.abs(apart.median) < 250, `the parties are ${apart.median} ms apart`);
});
