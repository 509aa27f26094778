// Nothing of a private talk is left: known bytes go through it, and are looked for on the server's disk, in its memory and in
// every frame that strangers get. Other bytes go through the courtroom at the same time: they are found by the same search.
import assert from 'node:assert/strict';
import { CEILING, openChromium } from './lib/browser.mjs';
import { courtForTests } from './lib/court.mjs';
import { press } from './lib/looks.mjs';
import { came, inMemory, inPrivate, inTheOpen, newPattern, onDisk, opened } from './lib/pattern.mjs';
import { act, admitAll, enterByCode, logIn, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const OPTIONS = { timeout: 240_000 };
const court = courtForTests();
const pattern = newPattern(), mark = newPattern();
let judge, prosecutor, point, counsel;

async function until(what, so) {
  const end = Date.now() + CEILING;
  for (let last; ; await new Promise((done) => setTimeout(done, 300))) {
    last = await so();
    if (last.ok) return last;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(last)}`);
  }
}

/** The search finds what goes through the courtroom, and nothing of the talk. */
function searched(when) {
  const { pid } = court.server.process;
  assert.ok(inMemory(pid, mark) > 0, `${when}: the courtroom's bytes are in memory, or the search is worth nothing`);
  assert.equal(inMemory(pid, pattern), 0, `${when}: in the server's memory`);
  assert.ok(onDisk(court.server.folder, mark).some((file) => file.startsWith(court.server.recordings)), `${when}: the courtroom's bytes are on record`);
  assert.deepEqual(onDisk(court.server.folder, pattern), [], `${when}: on the server's disk`);
}

step('in session, on record; counsel and the defendant may talk alone', OPTIONS, async () => {
  [judge, prosecutor, point, counsel] = await Promise.all([1, 4, 2, 3].map((id) => openChromium({ id })));
  await Promise.all([judge, prosecutor].map((who) => inTheOpen(who, mark, pattern)));
  await Promise.all([point, counsel].map((who) => inPrivate(who, pattern)));
  await logIn(judge.page, court.origin, 'judge', court.password.judge);
  await judge.page.goto(`${court.origin}/bench/${court.hearing}`);
  await point.page.goto(`${court.origin}/point#enrol=${court.enrolment}`);
  await enterByCode(counsel.page, court.origin, court.code.counsel);
  await enterByCode(prosecutor.page, court.origin, court.code.prosecutor);
  await admitAll(judge.page, 3);
  await openSession(judge.page);
  await Promise.all([judge, prosecutor, point, counsel].map(({ page }) => untilState(page, 'in_session')));
  await press(act(judge.page, 'act-rooms'));
  await press(judge.page.locator('li', { hasText: 'Lê Thu Hà' }).locator('[data-testid^="allow-"]'));
  await press(act(judge.page, 'rooms-confirm'));
});

step('the known bytes go to and fro in the talk', OPTIONS, async () => {
  await press(counsel.page.locator('[data-testid^="consult-"]').first());
  await press(point.page.locator('[data-testid^="accept-"]'));
  await Promise.all([counsel, point].map(({ page }) => act(page, 'room-code').waitFor()));
  for (const who of [counsel, point]) {
    await until('frames of the talk', async () => {
      const count = await opened(who);
      return { ok: count > 300, count };
    });
  }
});

step('strangers get frames of the courtroom, and of nothing else', OPTIONS, async () => {
  const before = await Promise.all([judge, prosecutor].map(came));
  for (const [at, who] of [judge, prosecutor].entries()) {
    const { now } = await until('frames of the courtroom', async () => {
      const now = await came(who);
      return { ok: now.frames > before[at].frames + 300, now };
    });
    assert.equal(now.sought, 0);
    assert.equal(now.frames - before[at].frames, now.marked - before[at].marked, 'each frame is of one who is in the courtroom');
  }
});

step('the server has nothing of it on its disk or in its memory', OPTIONS, async () => {
  for (const when of ['early', 'later']) {
    searched(when);
    await new Promise((done) => setTimeout(done, 2_000));
  }
});

step('nor after the talk and the close, in what was kept', OPTIONS, async () => {
  await press(act(counsel.page, 'leave-room'));
  await act(counsel.page, 'private-room').waitFor({ state: 'detached' });
  searched('after the talk');
  await judge.close();
  await court.server.kill();
  assert.deepEqual(onDisk(court.server.folder, pattern), []);
  assert.ok(onDisk(court.server.recordings, mark).length > 0);
});
