// Firefox as a person of a hearing uses it: Debian's own, by WebDriver BiDi.
import puppeteer from 'puppeteer-core';
import { CEILING } from './browser.mjs';
import { keepConnections } from './connections.mjs';
import { TONES, replaceDevices } from './content.mjs';

const PREFERENCES = {
  'media.navigator.streams.fake': true, 'media.navigator.permission.disabled': true,
  'media.peerconnection.ice.obfuscate_host_addresses': false, 'media.autoplay.default': 0, 'media.gmp-manager.url': '',
  'app.update.enabled': false, 'datareporting.policy.dataSubmissionEnabled': false,
  'network.captive-portal-service.enabled': false, 'network.connectivity-service.enabled': false,
};

/**
 * Opens a Firefox with one page. `id` chooses the known content; without it the browser's own fake devices stay. The tone
 * is the fake microphone's, since Firefox runs no AudioContext on a machine without a sound output.
 */
export async function openFirefox({ id, size = { width: 1280, height: 800 } }) {
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath: '/usr/bin/firefox-esr', headless: true, timeout: CEILING, extraPrefsFirefox: { ...PREFERENCES, ...(id && { 'media.navigator.audio.fake_frequency': TONES[id] }) }, protocolTimeout: 120_000 });
  const page = await browser.newPage();
  page.setDefaultTimeout(CEILING);
  await page.setViewport(size);
  await page.evaluateOnNewDocument(keepConnections);
  if (id) await page.evaluateOnNewDocument(replaceDevices, { id, tone: null });
  const log = [];
  page.on('console', (message) => log.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => log.push(`pageerror: ${error.message}`));
  return { browser, page, log, id };
}
