// The server under test: the binary that was built, in a folder of its own.
import { spawn, execFile } from 'node:child_process';
import { mkdtempSync, openSync, existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../..', import.meta.url));
export const BINARY = process.env.ASSIZE_BINARY ?? path.join(root, 'target/debug/assize');
const run = promisify(execFile);
/** How long it may take to be ready, in ms: against hanging. */
const CEILING = 180_000;

export class Server {
  /** `env`: settings besides those that every server of a test has. */
  constructor(folder = mkdtempSync(path.join(tmpdir(), 'assize-e2e-')), env = {}) {
    this.folder = folder;
    this.origin = 'http://localhost:8080';
    this.recordings = path.join(folder, 'recordings');
    this.env = { ...process.env, ASSIZE__STORAGE__DATA: path.join(folder, 'data'), ASSIZE__STORAGE__RECORDINGS: this.recordings, ASSIZE__COMPOSITION__AUTOMATIC: 'false', ...env };
  }

  async start() {
    const log = openSync(path.join(this.folder, 'server.log'), 'a');
    this.process = spawn(BINARY, ['serve', '--demo'], { cwd: this.folder, env: this.env, stdio: ['ignore', log, log] });
    this.ended = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
    const end = Date.now() + CEILING;
    while (Date.now() < end) {
      try { if ((await fetch(`${this.origin}/readyz`)).ok) return this; } catch { /* not listening yet */ }
      if (this.process.exitCode !== null) break;
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the server did not become ready:\n${this.log().slice(-4000)}`);
  }

  log() { const file = path.join(this.folder, 'server.log'); return existsSync(file) ? readFileSync(file, 'utf8') : ''; }

  async kill() { this.process.kill('SIGKILL'); await this.ended; }

  async stop() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode) return;
    this.process.kill('SIGTERM');
    const late = setTimeout(() => this.process.kill('SIGKILL'), 20_000);
    await this.ended;
    clearTimeout(late);
  }

  /** Runs a verb of the binary; returns its exit code and output. */
  async cli(...args) {
    try {
      const { stdout, stderr } = await run(BINARY, args, { cwd: this.folder, env: this.env, maxBuffer: 1 << 26 });
      return { code: 0, stdout, stderr };
    } catch (error) {
      return { code: error.code, stdout: error.stdout ?? '', stderr: error.stderr ?? String(error) };
    }
  }

  async json(...args) {
    const { code, stdout, stderr } = await this.cli(...args, '--json');
    if (code !== 0) throw new Error(`assize ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }
}
