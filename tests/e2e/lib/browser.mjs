// Browsers as the people of a hearing use them.
import { chromium } from 'playwright-core';
import { TONES, readTracks, replaceDevices } from './content.mjs';

const ARGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream',
  '--disable-features=WebRtcHideLocalIpsWithMdns', '--disable-background-timer-throttling', '--disable-renderer-backgrounding',
  '--disable-backgrounding-occluded-windows'];

/** How long anything is waited for, in ms: against hanging, on machines that do other work besides. */
export const CEILING = 90_000;

/** By its arguments: who needs the same shares a browser, each with a profile of their own. */
const opened = new Map();

function launched(args, alone, executablePath) {
  const key = alone ? Symbol('alone') : [executablePath, ...args].join(' ');
  if (!opened.has(key)) opened.set(key, chromium.launch({ executablePath, headless: true, args }));
  return opened.get(key);
}

/** What a page shows, in one line, for whoever reads that a test failed. */
export async function shown(page) {
  const said = page.evaluate(() => {
    const state = document.querySelector('[data-testid="state-line"]')?.dataset.state;
    return `state ${state}, "${document.body.innerText.replace(/\s+/g, ' ').slice(0, 400)}"`;
  });
  const silent = new Promise((done) => setTimeout(done, 5_000, 'no answer'));
  return `${page.url()}: ${await Promise.race([said.catch((error) => String(error)), silent])}`;
}

/** What every open page shows. */
export async function allShown() {
  const browsers = await Promise.all([...opened.values()].map((browser) => browser.catch(() => null)));
  const pages = browsers.flatMap((browser) => browser?.contexts() ?? []).flatMap((context) => context.pages());
  return (await Promise.all(pages.map(shown))).join('\n');
}

/** Closes every browser of this file of tests. */
export async function closeAll() {
  const browsers = [...opened.values()];
  opened.clear();
  await Promise.all(browsers.map(async (browser) => (await browser).close().catch(() => {})));
}

/**
 * Opens a page in a Chromium as somebody with a profile of their own; `close` ends all that is theirs. `id` chooses the known content; without `replace` the devices stay the browser's own;
 * `autoplay: false` leaves the browser's own policy;
 * `touch`: with a screen that is touched; `alone`: in a browser of their own, where what is measured must not be another's load; `executable`: started by that program;
 * without `fakeUi` the browser grants just the `permissions`; `scripts` run before the page's own.
 */
export async function openChromium({ id, autoplay = true, size = { width: 1440, height: 900 }, language = 'vi', extra = [], fakeUi = true, permissions = ['camera', 'microphone'], scripts = [], replace = true, touch = false, alone = false, executable = '/usr/bin/chromium' }) {
  const args = [...ARGS, ...extra].filter((arg) => fakeUi || arg !== '--use-fake-ui-for-media-stream');
  if (autoplay) args.push('--autoplay-policy=no-user-gesture-required');
  const browser = await launched(args, alone, executable);
  const context = await browser.newContext({ viewport: size, locale: language, ignoreHTTPSErrors: true, permissions, hasTouch: touch });
  context.setDefaultTimeout(CEILING);
  const page = await context.newPage();
  if (id && replace) await page.addInitScript(replaceDevices, { id, tone: TONES[id] });
  for (const script of scripts) await page.addInitScript(script);
  const log = [];
  page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => log.push(`pageerror: ${error.message}`));
  return { close: () => context.close(), context, page, log, id };
}

/** What the page decodes now: `{ '03-camera1': { id, frames, width }, '03-microphone': { id } }`. */
export function tracks(page, millis = 1000) {
  return page.evaluate(readTracks, { tones: TONES, millis });
}

/** Polls until the predicate over what the page decodes holds; the ceiling is against hanging, not a figure. */
export async function untilTracks(page, predicate, what, ceiling = CEILING) {
  const end = Date.now() + ceiling;
  let last;
  while (Date.now() < end) {
    last = await tracks(page, 700);
    if (predicate(last)) return last;
  }
  throw new Error(`${what}: not within ${ceiling} ms; last seen ${JSON.stringify(last)}`);
}
