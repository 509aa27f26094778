// Known bytes in media: put into the frames that somebody sends, and looked for where they must not be.
import { closeSync, openSync, readFileSync, readSync, readdirSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import path from 'node:path';

/** 32 bytes that are nowhere else; written as digits, so that nobody who looks for the bytes finds this very list. */
export const newPattern = () => randomBytes(32).toString('hex');

/** Of the worker that encrypts: whatever it seals ends in the pattern, and what it opens is counted and freed of it. */
function sealedWith(digits) {
  const pattern = Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  const { encrypt, decrypt } = crypto.subtle;
  const counted = new BroadcastChannel('pattern');
  const ends = (data) => data.length >= pattern.length && pattern.every((byte, at) => data[data.length - pattern.length + at] === byte);
  crypto.subtle.encrypt = (how, key, data) => encrypt.call(crypto.subtle, how, key, new Uint8Array([...new Uint8Array(data), ...pattern]));
  crypto.subtle.decrypt = async (how, key, data) => {
    const plain = new Uint8Array(await decrypt.call(crypto.subtle, how, key, data));
    if (!ends(plain)) return plain.buffer;
    counted.postMessage('opened');
    return plain.slice(0, -pattern.length).buffer;
  };
}

/** Of a page: counts what its worker opened. */
function countOpened() {
  window.opened = 0;
  new BroadcastChannel('pattern').onmessage = () => { window.opened += 1; };
}

/** Who belongs to a private room: everything that they say and show there, and nothing else, ends in the pattern. */
export async function inPrivate({ page, context }, pattern) {
  await context.route('**/assets/worker-*.js', async (route) => {
    const script = await route.fetch();
    await route.fulfill({ response: script, body: `(${sealedWith})(${JSON.stringify(pattern)});\n${await script.text()}` });
  });
  await page.addInitScript(countOpened);
}

/** Frames of others, with the pattern, that this page's worker could open. */
export const opened = ({ page }) => page.evaluate(() => window.opened);

/** Of a worker in a stranger's page: marks what is sent; what comes is looked through, and freed of the mark. */
function marker({ mark, pattern }) {
  const bytes = (digits) => Uint8Array.from(digits.match(/../g), (pair) => parseInt(pair, 16));
  const [own, sought] = [bytes(mark), bytes(pattern)];
  const within = (data, what) => {
    for (let at = data.indexOf(what[0]); at >= 0; at = data.indexOf(what[0], at + 1)) if (what.every((byte, step) => data[at + step] === byte)) return at;
    return -1;
  };
  const seen = { frames: 0, marked: 0, sought: 0 };
  addEventListener('message', () => postMessage(seen));
  const look = (frame) => {
    const data = new Uint8Array(frame.data);
    seen.frames += 1;
    if (within(data, sought) >= 0) seen.sought += 1;
    const at = within(data, own);
    if (at < 0) return;
    seen.marked += 1;
    frame.data = new Uint8Array([...data.slice(0, at), ...data.slice(at + own.length)]).buffer;
  };
  const put = (frame) => { frame.data = new Uint8Array([...new Uint8Array(frame.data), ...own]).buffer; };
  addEventListener('rtctransform', ({ transformer }) => {
    const change = transformer.options.sends ? put : look;
    transformer.readable.pipeThrough(new TransformStream({ transform(frame, onward) { change(frame); onward.enqueue(frame); } })).pipeTo(transformer.writable).catch(() => {});
  });
}

function throughMarker() {
  const worker = new Worker('/assets/marker.js');
  const { addTransceiver } = RTCPeerConnection.prototype;
  RTCPeerConnection.prototype.addTransceiver = function (...all) {
    const transceiver = addTransceiver.apply(this, all);
    transceiver.sender.transform = new RTCRtpScriptTransform(worker, { sends: true });
    return transceiver;
  };
  const Plain = RTCPeerConnection;
  window.RTCPeerConnection = class extends Plain {
    constructor(...all) {
      super(...all);
      this.addEventListener('track', ({ receiver }) => { receiver.transform = new RTCRtpScriptTransform(worker, { sends: false }); });
    }
  };
  window.seenFrames = () => new Promise((done) => {
    worker.onmessage = ({ data }) => done(data);
    worker.postMessage('so far');
  });
}

/** Who stays in the courtroom: what they send there carries the mark, and every frame that comes to them is looked through. */
export async function inTheOpen({ page, context }, mark, pattern) {
  await context.route('**/assets/marker.js', (route) => route.fulfill({ contentType: 'text/javascript', body: `(${marker})(${JSON.stringify({ mark, pattern })});` }));
  await page.addInitScript(throughMarker);
}

/** Frames that have come to the page since it was opened: how many, with the mark, with the pattern. */
export const came = ({ page }) => page.evaluate(() => window.seenFrames());

const BLOCK = 1 << 24;

/** How often the pattern lies in what `read(buffer, at)` gives, block after block. */
function countIn(pattern, read, from, to) {
  const sought = Buffer.from(pattern, 'hex'), block = Buffer.alloc(BLOCK);
  let count = 0;
  for (let at = from; at < to;) {
    const got = read(block, at, Math.min(BLOCK, to - at));
    if (got === 0) break;
    const part = block.subarray(0, got);
    for (let found = part.indexOf(sought); found >= 0; found = part.indexOf(sought, found + 1)) count += 1;
    // What lies across two blocks belongs to the second.
    at += got === BLOCK ? BLOCK - sought.length + 1 : got;
  }
  return count;
}

/** Files below the folder in which the pattern lies. */
export function onDisk(folder, pattern) {
  const sought = Buffer.from(pattern, 'hex');
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.map((entry) => path.join(entry.parentPath, entry.name)).filter((file) => readFileSync(file).includes(sought));
}

/** How often the pattern lies in what a process may write to of its memory. Linux; of a process that we started. */
export function inMemory(pid, pattern) {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  const read = (block, at, length) => {
    try { return readSync(memory, block, 0, length, at); } catch { return 0; }
  };
  const regions = readFileSync(`/proc/${pid}/maps`, 'utf8').trim().split('\n').map((line) => /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line)).filter(Boolean);
  const counts = regions.map(([, from, to]) => countIn(pattern, read, parseInt(from, 16), parseInt(to, 16)));
  closeSync(memory);
  return counts.reduce((sum, count) => sum + count, 0);
}
