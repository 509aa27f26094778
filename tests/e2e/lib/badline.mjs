// A line as bad as it is told to be, `assize-load link`, between this network namespace and one of its own; a browser at its far end.
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const LOAD = process.env.ASSIZE_LOAD ?? path.resolve('../../target/debug/assize-load');

/** This end's address: the one that the server announces, and where the far end's browser finds it. */
export const NEAR = '10.78.0.1';

/** Starts a line of 40 ms RTT; `plan`: changes as [seconds from its start, change]. */
export async function startLine(plan) {
  const from = execFileSync('ip', ['netns', 'identify', String(process.pid)], { encoding: 'utf8' }).trim(), to = `asz-line-${process.pid}`;
  execFileSync('ip', ['netns', 'add', to]);
  execFileSync('ip', ['-n', to, 'link', 'set', 'lo', 'up']);
  const steps = plan.flatMap(([at, change]) => ['--at', `${at}:${change}`]);
  const line = spawn(LOAD, ['link', '--from', from, '--to', to, '--delay', '20ms', '--seed', '7', ...steps], { stdio: ['ignore', 'pipe', 'pipe'] });
  const began = await new Promise((done, failed) => {
    let said = '';
    line.stderr.on('data', (data) => { said += data; if (said.includes('up:')) done(Date.now()); });
    line.once('exit', (code) => failed(new Error(`link ended with ${code}: ${said}`)));
  });
  const executable = path.join(mkdtempSync(path.join(tmpdir(), 'assize-line-')), 'chromium');
  writeFileSync(executable, `#!/bin/sh\nexec ip netns exec ${to} /usr/bin/chromium "$@"\n`);
  chmodSync(executable, 0o755);
  return {
    executable,
    /** Waits until so many seconds have passed since the line began. */
    until: (seconds) => new Promise((done) => setTimeout(done, Math.max(0, began + seconds * 1000 - Date.now()))),
    /** Seconds since it began. */
    age: () => (Date.now() - began) / 1000,
    async stop() {
      line.kill('SIGTERM');
      await new Promise((done) => line.once('exit', done));
      execFileSync('ip', ['netns', 'del', to]);
    },
  };
}
