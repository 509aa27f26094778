// A procedure that has observers wait: they see, hear and are told what happens, some seconds later.
import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { amiss, shot } from './lib/looks.mjs';
import { act, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const DELAY_S = 12;

/** The procedures as they are shipped, with a delay. */
function procedures() {
  const folder = mkdtempSync(path.join(tmpdir(), 'assize-procedures-'));
  cpSync(fileURLToPath(new URL('../../config/procedures', import.meta.url)), folder, { recursive: true });
  const file = path.join(folder, 'vn-criminal-first-instance.toml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('observer_delay_s = 0', `observer_delay_s = ${DELAY_S}`));
  assert.notEqual(readFileSync(file, 'utf8'), text);
  return folder;
}

const court = courtForTests({ ASSIZE__STORAGE__PROCEDURES: procedures() });
const seesJudge = (seen) => seen['01-camera1']?.id === 1 && seen['01-camera1'].frames > 0 && seen['01-microphone']?.id === 1;
let judge, unit;

step('who only watches sees the opening later than it was, and is told so', {}, async () => {
  judge = await openBench(court);
  unit = await openChromium({ size: { width: 1024, height: 768 } });
  await unit.page.goto(`${court.origin}/enter`);
  await act(unit.page, 'code-input').fill(court.code.observer);
  await act(unit.page, 'code-submit').click();
  await act(unit.page, 'later').filter({ hasText: `chậm ${DELAY_S} giây` }).waitFor();
  await act(judge.page, 'observers').filter({ hasText: `chậm ${DELAY_S} giây` }).waitFor();
  const before = performance.now();
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  const [told, seen] = await Promise.all([
    untilState(unit.page, 'in_session').then(() => performance.now() - before),
    untilTracks(unit.page, seesJudge, 'the unit sees and hears the judge').then(() => performance.now() - before),
  ]);
  figure('told of the opening, and the judge seen and heard, after', `${Math.round(told)} and ${Math.round(seen)} ms`);
  assert.ok(told >= DELAY_S * 1000 - 100, `told after ${told} ms`);
  assert.ok(seen >= DELAY_S * 1000 - 100, `seen after ${seen} ms`);
  await shot(unit, 'observe-later', true);
  assert.deepEqual(await amiss(unit, 'observing later'), []);
});

step('after a pause they see on what was before it, until it is theirs', {}, async () => {
  const before = performance.now();
  await act(judge.page, 'act-pause').click();
  await untilState(judge.page, 'paused');
  await untilTracks(unit.page, seesJudge, 'the unit still sees and hears what was before the pause');
  assert.equal(await act(unit.page, 'state-line').getAttribute('data-state'), 'in_session');
  // Whoever comes back meanwhile is not told more than who stayed.
  await unit.page.reload();
  await untilState(unit.page, 'in_session');
  await untilState(unit.page, 'paused');
  assert.ok(performance.now() - before >= DELAY_S * 1000 - 100);
  await untilTracks(unit.page, (seen) => Object.values(seen).every((track) => (track.kind === 'video' ? !(track.frames > 0) : track.id === null)), 'then nothing any more');
  await unit.close();
});
