// Interpretation in Chromium: the interpreter's channel and the floor, chosen by the listener and given by the court.
import assert from 'node:assert/strict';
import { openChromium, untilTracks } from './lib/browser.mjs';
import { courtForTests, openBench, openStaff } from './lib/court.mjs';
import { amiss, found, shot } from './lib/looks.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';
import { addInterpreter } from './lib/shared.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 300_000 };
const court = courtForTests();
const [JUDGE, COUNSEL, INTERPRETER] = [1, 3, 4];
let judge, clerk, counsel, interpreter, counselSeat;

const heard = (seen) => Object.values(seen).filter((track) => track.kind === 'audio' && !track.paused).map((track) => track.id);
const hears = (who, those, not, what) => untilTracks(who.page, (seen) => {
  const ids = heard(seen);
  return those.every((id) => ids.includes(id)) && not.every((id) => !ids.includes(id));
}, what);
const channel = (page, name, of) => page.locator(`[data-testid="${name}"][data-channel="${of}"]`).waitFor();

step('counsel and an interpreter are called in, and the interpreter takes the channel', OPTIONS, async () => {
  clerk = await openStaff(court, 'clerk');
  const code = await addInterpreter(clerk.page, court.hearing, 'Nông Thị Lan');
  await clerk.page.goto(`${court.origin}/desk/${court.hearing}`);
  [judge, counsel, interpreter] = await Promise.all([
    openBench(court), openChromium({ id: COUNSEL }), openChromium({ id: INTERPRETER, size: { width: 1366, height: 768 } }),
  ]);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await enterByCode(interpreter.page, court.origin, code);
  for (const name of ['Lê Thu Hà', 'Nông Thị Lan']) {
    const tile = judge.page.locator('section[data-testid^="seat-"]', { hasText: name }).first();
    const seat = (await tile.getAttribute('data-testid')).split('-')[1];
    if (name === 'Lê Thu Hà') counselSeat = seat;
    await judge.page.locator(`[data-testid="act-admit-${seat}"]`).first().click();
  }
  await act(counsel.page, 'own-microphone').waitFor();
  await openSession(judge.page);
  await untilState(counsel.page, 'in_session');
  await hears(counsel, [JUDGE, INTERPRETER], [], 'on the floor an interpreter is a voice like any other');
  await act(interpreter.page, 'speak-on-interpretation').click();
  await channel(interpreter.page, 'speak-on', 'interpretation');
  await hears(counsel, [JUDGE], [INTERPRETER], 'who listens to the floor does not hear the channel');
  await shot(interpreter, 'interpreter-channel', true);
  assert.deepEqual(await amiss(interpreter, 'interpreter on the channel'), []);
});

step('counsel listens to the interpretation, and to the floor while nobody interprets', OPTIONS, async () => {
  await act(counsel.page, 'listen-interpretation').click();
  await channel(counsel.page, 'listen', 'interpretation');
  await hears(counsel, [INTERPRETER], [JUDGE], 'the interpretation alone');
  await shot(counsel, 'party-interpretation', true);
  assert.deepEqual(await amiss(counsel, 'party who listens to the interpretation'), []);
  await act(interpreter.page, 'mic-off').click();
  await hears(counsel, [JUDGE], [INTERPRETER], 'the floor, while nobody interprets');
  await act(interpreter.page, 'mic-on').click();
  await hears(counsel, [INTERPRETER], [JUDGE], 'the interpretation again');
});

step('the court sees who listens to what, and gives the original back', OPTIONS, async () => {
  await shot(judge, 'bench-interpretation', true);
  assert.deepEqual(await amiss(judge, 'bench with interpretation'), []);
  await act(clerk.page, 'give-channels').click();
  await channel(clerk.page, `give-channel-${counselSeat}`, 'interpretation');
  await shot(clerk, 'desk-channels', true);
  assert.deepEqual(await found(clerk, 'who hears what'), []);
  await act(clerk.page, `give-channel-${counselSeat}`).click();
  await channel(counsel.page, 'listen', 'floor');
  await hears(counsel, [JUDGE], [INTERPRETER], 'the floor, as the court gave it');
});
