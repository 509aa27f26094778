// Layers of a camera that are of use to nobody rest at the browser, and are back when the record wants them.
import assert from 'node:assert/strict';
import { CEILING, openChromium } from './lib/browser.mjs';
import { keepConnections } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { act, enterByCode, openSession, untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests(), { server } = court;
let judge, counsel, rested;

/** In the page: what its camera sends, by layer. */
async function layers() {
  const camera = globalThis.__connections.find((c) => c.connectionState === 'connected' && c.getSenders().some((s) => s.track?.kind === 'video'));
  const sent = {};
  for (const entry of (await camera?.getStats() ?? new Map()).values()) {
    if (entry.type === 'outbound-rtp' && entry.kind === 'video') sent[entry.rid] = { active: entry.active, frames: entry.framesSent };
  }
  return sent;
}

/** Waits until what the camera sends is as `good` of it and of what it was at the beginning. */
async function until(page, good, millis = CEILING) {
  const first = await page.evaluate(layers), began = performance.now();
  for (;;) {
    const now = await page.evaluate(layers);
    if (good(now, first)) return Math.round(performance.now() - began);
    assert.ok(performance.now() - began < millis, `after ${millis} ms: ${JSON.stringify({ first, now })}`);
    await page.waitForTimeout(50);
  }
}

step('who waits and is seen small does not send the large picture', {}, async () => {
  judge = await openBench(court, { alone: true, size: { width: 1366, height: 768 } });
  counsel = await openChromium({ id: 3, alone: true, scripts: [keepConnections] });
  await enterByCode(counsel.page, server.origin, court.code.counsel);
  await act(counsel.page, 'waiting-room').waitFor();
  await until(counsel.page, ({ q }) => q?.frames > 0);
  await until(counsel.page, ({ q, f }) => q?.active && f?.active === false);
  // What was under way when it was told to rest still goes out.
  await until(counsel.page, ({ q }, first) => q?.frames > first.q.frames + 10);
  const before = await counsel.page.evaluate(layers);
  await counsel.page.waitForTimeout(2000);
  // The small one goes on.
  await until(counsel.page, ({ q }) => q?.frames > before.q.frames + 10);
  const after = await counsel.page.evaluate(layers);
  assert.equal(after.f.frames, before.f.frames, 'nothing of it goes out');
  // A machine that is too slow for the large one never sent it: what did flow is looked at.
  rested = Object.keys(after).filter((rid) => !after[rid].active && after[rid].frames > 0);
  figure('layers that rest, of those that flowed', rested.join(' ') || 'none');
});

step('with the session the record wants it, and it is back', {}, async () => {
  await judge.page.locator('[data-testid^="act-admit-"]').first().click();
  await openSession(judge.page);
  await untilState(judge.page, 'in_session');
  const ms = await until(counsel.page, (now, first) => now.f.active && rested.every((rid) => !now[rid].active || now[rid].frames > first[rid].frames));
  figure('what rested is back after the session was open', `${ms} ms`);
});
