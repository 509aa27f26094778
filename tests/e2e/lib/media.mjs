// Reads the known content back out of recorded files with Debian's ffmpeg and ffprobe.
import { execFileSync, spawnSync } from 'node:child_process';

/** Packets of a file as { pts (s), key }. */
export function packets(file) {
  const out = execFileSync('ffprobe', ['-v', 'error', '-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', file], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return out.trim().split('\n').filter(Boolean).map((line) => { const [pts, flags] = line.split(','); return { pts: Number(pts), key: flags?.includes('K') }; });
}

/** Seconds of media that a file holds, without the holes between spans in session; a span's last packet lasts as its usual one. */
export function seconds(file) {
  const times = packets(file).map((packet) => packet.pts);
  const steps = times.slice(1).map((time, n) => time - times[n]);
  const usual = [...steps].sort((a, b) => a - b)[steps.length >> 1] ?? 0;
  return steps.reduce((sum, step) => sum + (step < 1 ? step : usual), usual);
}

/** Wall seconds (file time) at which the white field appears. */
export function flashes(file) {
  const w = 64, h = 36;
  const probe = packets(file);
  const run = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-fps_mode', 'passthrough', '-enc_time_base', '1:1000', '-copyts', '-vf', `scale=${w}:${h}:flags=area`, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'], { maxBuffer: 1 << 30 });
  const frames = run.stdout.length / (w * h);
  const at = [];
  let before = false;
  for (let f = 0; f < frames; f++) {
    const now = run.stdout[f * w * h + (h - 5) * w + 8] > 180;
    if (now && !before && f > 0) at.push(probe[Math.min(f, probe.length - 1)].pts);
    before = now;
  }
  return { frames, errors: String(run.stderr), at };
}

/** File times at which the 3 kHz tone begins, from 5-ms windows (Goertzel): the time of the packet of 20 ms that carries it. */
export function beeps(file) {
  const rate = 48000, size = 240, each = 960;
  const times = packets(file).map((packet) => packet.pts);
  const run = spawnSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 's16le', '-ac', '1', '-ar', String(rate), '-'], { maxBuffer: 1 << 30 });
  const samples = new Int16Array(run.stdout.buffer, run.stdout.byteOffset, Math.floor(run.stdout.length / 2));
  if (Math.abs(samples.length / each - times.length) > 1) throw new Error(`${file}: ${samples.length} samples of ${times.length} packets`);
  const k = 2 * Math.cos((2 * Math.PI * 3000) / rate);
  const at = [];
  let quiet = 99;
  for (let i = 0; i + size <= samples.length; i += size) {
    let a = 0, b = 0;
    for (let j = 0; j < size; j++) { const c = samples[i + j] / 32768 + k * a - b; b = a; a = c; }
    const power = Math.sqrt(Math.max(0, a * a + b * b - k * a * b)) / size;
    const time = times[Math.min(Math.floor(i / each), times.length - 1)] + (i % each) / rate;
    if (power > 0.05) { if (quiet > 20) at.push(time); quiet = 0; } else quiet++;
  }
  return { at, errors: String(run.stderr) };
}

/** Median distance from each beep to the nearest flash, in milliseconds (positive: sound late). */
export function offset(flashAt, beepAt) {
  const distances = beepAt.map((b) => flashAt.map((f) => b - f).sort((x, y) => Math.abs(x) - Math.abs(y))[0]).filter((d) => d !== undefined && Math.abs(d) < 0.5).sort((x, y) => x - y);
  return distances.length ? { median: Math.round(distances[distances.length >> 1] * 1000), worst: Math.round(1000 * distances.reduce((m, d) => Math.abs(d) > Math.abs(m) ? d : m, 0)), count: distances.length } : null;
}
