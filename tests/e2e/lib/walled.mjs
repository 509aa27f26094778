// A browser behind a wall: in a network namespace of its own, joined to this one by a third that drops what it is told to.
//
// The wall is made of routing rules, which every kernel with policy routing has; a packet that meets one is gone without a
// word, as with most firewalls.
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Why there can be no wall, or `false`. */
export function noWalls() {
  if (process.getuid() !== 0) return 'needs root for network namespaces';
  try { execFileSync('ip', ['-V'], { stdio: 'pipe' }); } catch { return 'needs ip (package iproute2)'; }
  return false;
}

const ip = (...words) => execFileSync('ip', words, { stdio: 'pipe' });

/** The address of this namespace, behind the wall as seen from the browser: the one to announce. */
export const BEYOND = '10.78.1.1';

export class Wall {
  #dropped = [];

  constructor() {
    const name = `asz-${process.pid}`;
    [this.inside, this.wall] = [`${name}-in`, `${name}-wall`];
    this.folder = mkdtempSync(path.join(tmpdir(), 'assize-wall-'));
    try { this.#build(); } catch (error) { this.remove(); throw error; }
  }

  #build() {
    const { inside, wall } = this;
    // Names of devices are short: the last digits of the process tell this test's from another's.
    const near = `wall${process.pid % 1e6}`;
    for (const namespace of [inside, wall]) {
      ip('netns', 'add', namespace);
      ip('-n', namespace, 'link', 'set', 'lo', 'up');
    }
    ip('link', 'add', near, 'type', 'veth', 'peer', 'name', 'out', 'netns', wall);
    ip('-n', wall, 'link', 'add', 'in', 'type', 'veth', 'peer', 'name', 'net', 'netns', inside);
    ip('addr', 'add', `${BEYOND}/24`, 'dev', near);
    ip('link', 'set', near, 'up');
    ip('route', 'add', '10.78.0.0/24', 'via', '10.78.1.2');
    for (const [device, address] of [['out', '10.78.1.2/24'], ['in', '10.78.0.1/24']]) {
      ip('-n', wall, 'addr', 'add', address, 'dev', device);
      ip('-n', wall, 'link', 'set', device, 'up');
    }
    ip('-n', wall, 'route', 'add', 'default', 'via', BEYOND);
    ip('netns', 'exec', wall, 'sh', '-c', 'echo 1 > /proc/sys/net/ipv4/ip_forward');
    ip('-n', inside, 'addr', 'add', '10.78.0.2/24', 'dev', 'net');
    ip('-n', inside, 'link', 'set', 'net', 'up');
    ip('-n', inside, 'route', 'add', 'default', 'via', '10.78.0.1');
    this.executable = path.join(this.folder, 'chromium');
    writeFileSync(this.executable, `#!/bin/sh\nexec ip netns exec ${inside} /usr/bin/chromium "$@"\n`);
    chmodSync(this.executable, 0o755);
  }

  /** What the browser sends and these selectors of `ip rule` match is dropped, from now on. */
  drop(...selectors) {
    for (const selector of selectors) {
      const rule = ['pref', String(10 + this.#dropped.length), 'iif', 'in', ...selector.split(' '), 'blackhole'];
      ip('-n', this.wall, 'rule', 'add', ...rule);
      this.#dropped.push(rule);
    }
  }

  /** Nothing is dropped any more. */
  open() {
    for (const rule of this.#dropped.splice(0)) ip('-n', this.wall, 'rule', 'del', ...rule);
  }

  remove() {
    for (const namespace of [this.inside, this.wall]) {
      try { ip('netns', 'del', namespace); } catch { /* it was not made */ }
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
