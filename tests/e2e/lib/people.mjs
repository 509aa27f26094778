// What each person of the demonstration hearing does to come in.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CEILING, shown } from './browser.mjs';

/** Passwords, codes and the enrolment link of `serve --demo`. */
export function demo(server) {
  const raw = JSON.parse(readFileSync(path.join(server.folder, 'data/demo.json'), 'utf8'));
  return { hearing: raw.hearing, password: Object.fromEntries(raw.passwords), code: Object.fromEntries(raw.codes), enrolment: raw.enrolment };
}

export const act = (page, name) => page.locator(`[data-testid="${name}"]`);

/** Opens the session; where somebody who must be present is not, with a reason. */
export async function openSession(page) {
  await act(page, 'act-open').click();
  const without = act(page, 'without'), opened = page.locator('[data-testid="state-line"][data-state="in_session"]');
  await without.or(opened).first().waitFor();
  if (!await without.isVisible()) return;
  await without.locator('input, textarea').fill('Kiểm sát viên đến muộn');
  await act(page, 'without-confirm').click();
}

/** Calls in everybody who waits, once so many do. */
export async function admitAll(page, count) {
  await page.waitForFunction((n) => document.querySelectorAll('[data-testid^="act-admit-"]').length >= n, count);
  const waiting = await page.evaluate(() => [...document.querySelectorAll('[data-testid^="act-admit-"]')].map((button) => button.dataset.testid));
  for (const button of waiting) {
    await act(page, button).click();
    await act(page, button).waitFor({ state: 'detached' });
  }
}

export async function logIn(page, origin, user, password) {
  await page.goto(`${origin}/login`);
  await act(page, 'login-user').fill(user);
  await act(page, 'login-password').fill(password);
  await act(page, 'login-submit').click();
  await page.waitForURL((url) => !url.pathname.startsWith('/login'));
}

/** By code, through the device check. */
export async function enterByCode(page, origin, code) {
  await page.goto(`${origin}/enter`);
  await act(page, 'code-input').fill(code);
  await act(page, 'code-submit').click();
  await page.waitForURL('**/check**');
  const enter = act(page, 'enter');
  await enter.waitFor();
  await page.waitForFunction(() => !document.querySelector('[data-testid="enter"]')?.disabled);
  await enter.click();
}

/** Waits until the state line names the state, by its data-state; `timeout` (ms) is against hanging. */
export async function untilState(page, state, timeout = CEILING) {
  try {
    await page.waitForFunction((s) => document.querySelector('[data-testid="state-line"]')?.dataset.state === s, state, { timeout });
  } catch (error) {
    throw new Error(`not ${state}: ${await shown(page)}`, { cause: error });
  }
}

/** Milliseconds that `what` takes. */
export async function timed(what) {
  const start = performance.now();
  const value = await what();
  return { value, ms: Math.round(performance.now() - start) };
}
