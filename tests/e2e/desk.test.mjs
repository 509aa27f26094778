// The clerk's desk: points with their lines, the record person by person, tasks and who took them, messages with the
// point's officer; and the layout that the judge sets for every screen.
import assert from 'node:assert/strict';
import { openChromium } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { sized } from './lib/fits.mjs';
import { amiss, found, press, shot, shutNames } from './lib/looks.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { sharePoint } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
let clerk, judge, point, officer, place;

step('the court opens with a point of three people and its officer', { timeout: 240_000 }, async () => {
  clerk = await openStaff(court, 'clerk', { size: { width: 1440, height: 900 } });
  const code = await sharePoint(clerk.page, court.hearing);
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  await act(clerk.page, 'state-line').waitFor();
  [judge, point, officer] = await Promise.all([
    openBench(court), openChromium({ id: 2, size: { width: 1920, height: 1080 } }), openChromium({ size: { width: 390, height: 844 }, permissions: [], fakeUi: false }),
  ]);
  await point.page.goto(`${server.origin}/point#enrol=${court.enrolment}`);
  await officer.page.goto(`${server.origin}/enter`);
  await act(officer.page, 'code-input').fill(code);
  await act(officer.page, 'code-submit').click();
  await act(officer.page, 'officer').waitFor();
  // The officer waits as well: who is called in is the point.
  const waits = await judge.page.locator('section[data-testid^="seat-"]', { hasText: 'Trại tạm giam' }).first().getAttribute('data-testid');
  await act(judge.page, `act-admit-${waits.split('-')[1]}`).click();
  await openSession(judge.page);
  await Promise.all([judge, clerk, point].map(({ page }) => untilState(page, 'in_session')));
});

step('each point stands with its picture and its line, and each person with what is known of the record', {}, async () => {
  const row = clerk.page.locator('li[data-testid^="seat-"]', { hasText: 'Trại tạm giam' }).first();
  place = Number((await row.getAttribute('data-testid')).split('-')[1]);
  await row.locator('[data-testid="line"][data-steps="4"]').waitFor();
  await clerk.page.waitForFunction((seat) => document.querySelector(`li[data-testid="seat-${seat}"] video`)?.videoWidth > 0, place);
  for (const seat of [1, place]) await clerk.page.locator(`[data-testid="record-${seat}"][data-verdict="good"]`).waitFor();
  await clerk.page.waitForFunction((seat) => document.querySelector(`[data-testid="record-${seat}"] td:nth-of-type(2) time`), place);
  // The picture as well was decoded out of the files.
  await clerk.page.waitForFunction((seat) => document.querySelector(`[data-testid="record-${seat}"] td:nth-of-type(3) time`), place);
  await shot(clerk, 'desk-points', true);
  assert.deepEqual(await amiss(clerk, 'desk'), []);
  // Acts on a microphone are where the point is, and the table says what came of them.
  await press(act(clerk.page, `act-mute-${place}`));
  await clerk.page.locator(`[data-testid="record-${place}"][data-verdict="off"]`).waitFor();
  await press(act(clerk.page, `act-unmute-${place}`));
});

step('the clerk hears a voice as it lies in the record, some seconds behind, and nothing else meanwhile', {}, async () => {
  await clerk.page.locator(`[data-testid="record-${place}"][data-verdict="good"]`).waitFor();
  await press(act(clerk.page, `listen-${place}`));
  await clerk.page.locator('[data-testid="listening"][data-now="playing"]').waitFor();
  const voice = act(clerk.page, 'recorded-voice');
  const heard = await voice.evaluate(async (audio) => {
    const context = new AudioContext(), analyser = context.createAnalyser();
    analyser.fftSize = 8192;
    context.createMediaElementSource(audio).connect(analyser);
    await context.resume();
    const bins = new Float32Array(analyser.frequencyBinCount);
    let loudest = 0;
    for (let tries = 0; tries < 100 && Math.abs(loudest - 600) > 20; tries++) {
      await new Promise((done) => { setTimeout(done, 100); });
      analyser.getFloatFrequencyData(bins);
      // Below the beep that marks the seconds.
      loudest = bins.slice(0, Math.floor(2000 * 8192 / context.sampleRate)).reduce((best, level, bin, all) => (level > all[best] ? bin : best), 0) * context.sampleRate / 8192;
    }
    return { loudest, at: audio.currentTime };
  });
  assert.ok(Math.abs(heard.loudest - 600) <= 20, `the point's tone, not ${heard.loudest} Hz`);
  const live = (muted) => clerk.page.waitForFunction((quiet) => [...document.querySelectorAll('audio[data-track]')].every((audio) => audio.muted === quiet), muted);
  await live(true);
  // It goes on, and keeps its distance.
  await clerk.page.waitForFunction(([at]) => document.querySelector('[data-testid="recorded-voice"]').currentTime > at + 6, [heard.at]);
  const behind = await voice.evaluate((audio) => audio.buffered.end(audio.buffered.length - 1) - audio.currentTime);
  assert.ok(behind < 4, `${behind} s behind what is durable`);
  await shot(clerk, 'desk-listening', true);
  assert.deepEqual(await amiss(clerk, 'listening'), []);
  await press(act(clerk.page, 'listen-stop'));
  await live(false);
  // Nobody listens without a seat of the court.
  const refused = await point.page.evaluate(async ({ hearing, track }) => (await fetch(`/api/v1/hearings/${hearing}/recorded/${track}`)).status, { hearing: court.hearing, track: `${String(place).padStart(2, '0')}-microphone` });
  assert.equal(refused, 401);
});

step('on a low screen each column scrolls alone and the page does not', {}, async () => {
  await sized(clerk.page, { width: 1366, height: 700 });
  const seen = await clerk.page.evaluate(() => ({
    page: document.documentElement.scrollHeight <= innerHeight,
    columns: [...document.querySelectorAll('.desk > *')].map((column) => column.getBoundingClientRect().bottom <= innerHeight),
  }));
  assert.deepEqual(seen, { page: true, columns: [true, true, true] });
  await shot(clerk, 'desk-low');
  await clerk.page.setViewportSize({ width: 1440, height: 900 });
});

step('clerk and officer write to each other, and nobody else reads it', {}, async () => {
  await act(officer.page, 'tab-signals').click();
  await act(officer.page, 'message-text').fill('Đang dời micrô lại gần bị cáo Tú.');
  await press(act(officer.page, 'message-send'));
  await clerk.page.locator('[data-testid="messages"]', { hasText: 'Đang dời micrô' }).waitFor();
  // What was sent leaves the field.
  await officer.page.waitForFunction(() => document.querySelector('[data-testid="message-text"]').value === '');
  assert.match(await act(clerk.page, 'message-to').locator('option:checked').innerText(), /Cán bộ điểm cầu/, 'officers come first');
  await act(clerk.page, 'message-text').fill('Cảm ơn.');
  await act(officer.page, 'tab-presence').click();
  await press(act(clerk.page, 'message-send'));
  await officer.page.locator('[data-testid="tab-signals"] .tab-count').waitFor();
  await shot(clerk, 'desk-messages', true);
  await act(officer.page, 'tab-signals').click();
  await officer.page.locator('[data-testid="messages"]', { hasText: 'Cảm ơn.' }).waitFor();
  await officer.page.locator('[data-testid="tab-signals"] .tab-count').waitFor({ state: 'detached' });
  await shot(officer, 'officer-messages', true);
  assert.deepEqual([...await amiss(clerk, 'desk, messages'), ...await amiss(officer, 'officer, messages')], []);
  for (const who of [judge, point]) assert.equal(await who.page.getByText('Cảm ơn.').count(), 0);
  assert.equal(await point.page.locator('input, textarea').count(), 0, 'nothing is typed at a kiosk');
});

step('what waits is taken by one press, and whose it is outlives the page', {}, async () => {
  await press(act(point.page, 'say-cannot_see'));
  await shutNames(point.page);
  const task = clerk.page.locator('[data-testid^="task-signal-"]');
  await task.waitFor();
  await press(task.locator('[data-testid^="take-"]'));
  await task.getByText(/đã nhận việc/).waitFor();
  await clerk.page.reload();
  await task.getByText(/đã nhận việc/).waitFor();
  await shot(clerk, 'desk-task-taken', true);
  await press(clerk.page.locator('[data-testid^="answer-works_again-"]'));
  await task.waitFor({ state: 'detached' });
});

const large = (page) => page.locator('[data-testid="seats-large"]');

step('who the judge sets stands large on every screen; each chooses again when that ends', { timeout: 180_000 }, async () => {
  await press(act(judge.page, 'layout-open'));
  await act(judge.page, 'own-layout-grid').check();
  await act(judge.page, 'seats-alike').waitFor();
  await act(judge.page, 'layout-spotlight').check();
  await act(judge.page, 'layout-seat').selectOption(String(place));
  assert.deepEqual(await found(judge, 'layout'), []);
  await shot(judge, 'bench-layout', true);
  await press(act(judge.page, 'layout-set'));
  await act(judge.page, 'layout-overruled').waitFor();
  await press(act(judge.page, 'layout-confirm'));
  await large(judge.page).and(judge.page.locator(`[data-seat="${place}"]`)).waitFor();
  await act(judge.page, `place-${place}`).waitFor();
  await judge.page.waitForFunction(() => document.querySelector('.seats-large > .seat video')?.videoWidth > 0);
  await shot(judge, 'bench-spotlight', true);
  assert.deepEqual(await amiss(judge, 'bench, spotlight'), []);
  // The kiosk shows its own room anyway, and obeys the judge about the others.
  await press(act(judge.page, 'layout-open'));
  await act(judge.page, 'layout-spotlight').check();
  await act(judge.page, 'layout-seat').selectOption('1');
  await press(act(judge.page, 'layout-set'));
  await point.page.locator('.k-side', { hasText: 'Ở khung lớn' }).waitFor();
  await shot(point, 'point-spotlight');
  assert.deepEqual(await found(point, 'point, spotlight'), []);
  // Choices begin anew once the judge's own screen knows what is set: then there is nothing to set.
  await judge.page.locator('[data-testid="layout-set"]:disabled').waitFor();
  await act(judge.page, 'layout-each').check();
  await press(act(judge.page, 'layout-set'));
  await act(judge.page, 'layout-overruled').waitFor({ state: 'detached' });
  await press(act(judge.page, 'layout-confirm'));
  await act(judge.page, 'seats-alike').waitFor();
  await point.page.locator('.k-side', { hasText: 'Ở khung lớn' }).waitFor({ state: 'detached' });
});
