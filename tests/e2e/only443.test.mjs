// A browser in whose network nothing passes but TCP to the court's TLS port: it joins through the relay there, is seen, and
// sees. Times are figures; the ceiling is against hanging.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { after, test } from 'node:test';
import { CEILING, openChromium, untilTracks } from './lib/browser.mjs';
import { keepConnections } from './lib/connections.mjs';
import { courtForTests, openBench } from './lib/court.mjs';
import { figure } from './lib/figure.mjs';
import { enterByCode, openSession, untilState } from './lib/people.mjs';

const HOST = '10.77.0.1', PORT = 8443;
const NAMESPACE = `asz-only-${process.pid}`;
const ip = (...args) => execFileSync('ip', args, { stdio: 'pipe' });

/** Whether this can be tried here: as root, in the namespace that `run` makes. */
function able() {
  try {
    return process.getuid() === 0 && ip('-4', 'addr', 'show', 'dev', 'court').includes(HOST);
  } catch { return false; }
}
const skip = able() ? false : 'needs root and the network namespace of ./run';

/**
 * A network beside the court's, of which only TCP to the TLS port gets in: the rest is lost without a word, as behind a
 * firewall. By rules of routing, which need no packet filter; they come before what is local, and so would swallow ARP.
 */
function narrowNetwork() {
  const inside = (...args) => ip('-n', NAMESPACE, ...args);
  ip('netns', 'add', NAMESPACE);
  ip('link', 'add', 'door', 'address', '02:00:00:00:00:01', 'type', 'veth', 'peer', 'name', 'out', 'address', '02:00:00:00:00:02', 'netns', NAMESPACE);
  ip('addr', 'add', '10.78.0.1/24', 'dev', 'door');
  ip('link', 'set', 'door', 'up');
  ip('neigh', 'replace', '10.78.0.2', 'lladdr', '02:00:00:00:00:02', 'dev', 'door', 'nud', 'permanent');
  inside('link', 'set', 'lo', 'up');
  inside('addr', 'add', '10.78.0.2/24', 'dev', 'out');
  inside('link', 'set', 'out', 'up');
  inside('neigh', 'replace', '10.78.0.1', 'lladdr', '02:00:00:00:00:01', 'dev', 'out', 'nud', 'permanent');
  inside('route', 'add', 'default', 'via', '10.78.0.1');
  ip('rule', 'add', 'pref', '10', 'iif', 'door', 'ipproto', 'tcp', 'dport', String(PORT), 'lookup', 'local');
  ip('rule', 'add', 'pref', '11', 'iif', 'door', 'blackhole');
  ip('rule', 'add', 'pref', '100', 'lookup', 'local');
  ip('rule', 'del', 'pref', '0');
}

/** Whether a TCP connection from there to a port of the court comes about. */
function passes(port) {
  const connect = `require('net').connect({host:'${HOST}',port:${port},timeout:5000}).on('connect',()=>process.exit(0)).on('timeout',()=>process.exit(1)).on('error',()=>process.exit(1))`;
  try {
    execFileSync('ip', ['netns', 'exec', NAMESPACE, process.execPath, '-e', connect], { stdio: 'pipe' });
    return true;
  } catch { return false; }
}

/** Hash of the public key that the court shows, so that the browser trusts it and nothing else. */
const key = () => new Promise((done, failed) => {
  const socket = tls.connect({ host: HOST, port: PORT, rejectUnauthorized: false }, () => {
    const spki = socket.getPeerX509Certificate().publicKey.export({ type: 'spki', format: 'der' });
    socket.destroy();
    done(createHash('sha256').update(spki).digest('base64'));
  });
  socket.once('error', failed);
});

/** In the page: milliseconds from the press on *enter* to the first transport that is connected. */
function timeJoining() {
  addEventListener('click', (event) => {
    if (!event.target.closest?.('[data-testid="enter"]')) return;
    const pressed = performance.now();
    const timer = setInterval(() => {
      if (!globalThis.__connections.some((c) => c.connectionState === 'connected')) return;
      clearInterval(timer);
      globalThis.__joined = Math.round(performance.now() - pressed);
    }, 5);
  }, true);
}

/**
 * In the page: by what the pairs that are in use leave this machine. Seen from the media port a relay is on the same machine,
 * so that the browser learns another address of its candidate than it was given, and calls it `prflx`.
 */
async function ways() {
  const found = [];
  for (const connection of globalThis.__connections.filter((c) => c.connectionState === 'connected')) {
    const stats = await connection.getStats();
    for (const entry of stats.values()) {
      if (entry.type !== 'candidate-pair' || !entry.nominated) continue;
      const local = stats.get(entry.localCandidateId);
      found.push(local.relayProtocol ?? local.protocol);
    }
  }
  return found;
}

if (skip) {
  test('only the TLS port is open', { skip }, () => {});
} else {
  const court = courtForTests();
  after(() => ip('netns', 'del', NAMESPACE));

  test('only the TLS port is open: joined, seen and seeing through the relay', { timeout: 300_000 }, async () => {
    narrowNetwork();
    const other = net.createServer().listen(8444, '0.0.0.0');
    assert.deepEqual([passes(PORT), passes(8444)], [true, false], 'only the TLS port is open');
    other.close();
    const judge = await openBench(court);
    const executable = path.join(court.server.folder, 'chromium-inside');
    writeFileSync(executable, `#!/bin/sh\nexec ip netns exec ${NAMESPACE} /usr/bin/chromium "$@"\n`, { mode: 0o755 });
    const extra = [`--ignore-certificate-errors-spki-list=${await key()}`];
    const counsel = await openChromium({ id: 3, alone: true, executable, extra, scripts: [keepConnections, timeJoining] });
    await enterByCode(counsel.page, `https://${HOST}:${PORT}`, court.code.counsel);
    await counsel.page.waitForFunction(() => globalThis.__joined, null, { timeout: CEILING });
    const joined = await counsel.page.evaluate(() => globalThis.__joined);
    figure('joined by TLS: from pressing enter to connected', `${joined} ms`);
    assert.ok(joined < CEILING);
    await judge.page.locator('[data-testid^="act-admit-"]').first().click();
    const admitted = performance.now();
    await untilTracks(counsel.page, (tracks) => (tracks['01-camera1']?.frames ?? 0) > 0, 'counsel sees the judge', CEILING);
    figure('joined by TLS: from being admitted to the first picture', `${Math.round(performance.now() - admitted)} ms`);
    await openSession(judge.page);
    await untilState(counsel.page, 'in_session', CEILING);
    await untilTracks(judge.page, (tracks) => Object.keys(tracks).some((track) => track.endsWith('-camera1') && !track.startsWith('01-') && tracks[track].frames > 0), 'the judge sees counsel', CEILING);
    const used = await counsel.page.evaluate(ways);
    assert.ok(used.length >= 2 && used.every((way) => way === 'tls'), `through the relay only: ${used}`);
  });
}
