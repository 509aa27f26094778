// What a record's ledger says should have been recorded: reckoned from its events alone, not from the tracks.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Waits until a sitting's folder is a finished bag; the ceiling is against hanging. */
export async function untilSealed(sitting) {
  const is = (name) => existsSync(path.join(sitting, name));
  for (const end = Date.now() + 180_000; !is('bagit.txt') || is('.sealing');) {
    if (Date.now() > end) throw new Error(`not sealed: ${sitting}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

/** All events of a sitting in their order: `{ kind, t_us, data }`. */
export function ledger(sitting) {
  const folder = path.join(sitting, 'data/ledger');
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl')).sort((a, b) => parseInt(a, 10) - parseInt(b, 10));
  return files.flatMap((name) => readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map((line) => JSON.parse(line)));
}

/** Whether the microphone of `seat` is open after `event`. */
function opened(before, { kind, data }, seat) {
  if (kind === 'paused') return false;
  if (kind === 'resumed') return before || data.by === seat;
  if (data?.seat !== seat) return before;
  if (kind === 'entered') return data.microphone_open;
  if (kind === 'microphone_set') return data.open;
  if (kind === 'unmuted') return true;
  return kind === 'muted' || kind === 'mute_locked' ? false : before;
}

const STATES = { opened: true, resumed: true, paused: false, held: false, closed: false };

/** Seconds that the record of `track` ("04-camera1") should hold: in session, microphone open, less the stated gaps. */
export function expected(events, track) {
  const [seat, device] = [parseInt(track, 10), track.split('-')[1]];
  let inSession = false, open = false, here = true, published = true, since = null, sum = 0;
  for (const event of events) {
    inSession = STATES[event.kind] ?? inSession;
    open = opened(open, event, seat);
    // Whoever is absent is still owed (a gap says so), unless the device was switched off or the court took them out.
    if (event.data?.seat === seat) {
      if (event.kind === 'entered') here = true;
      if (event.kind === 'removed' || (event.kind === 'left' && ['removed', 'revoked'].includes(event.data.reason))) here = false;
      if (event.kind === 'published' && event.data.devices.includes(device)) published = true;
      if (event.kind === 'unpublished' && event.data.devices.includes(device)) published = false;
    }
    const on = inSession && here && published && (open || device !== 'microphone');
    if (on && since === null) since = event.t_us;
    if (!on && since !== null) { sum += event.t_us - since; since = null; }
    if (event.kind === 'gap' && event.data.track === track) sum -= event.data.to_us - event.data.from_us;
  }
  return sum / 1e6;
}
