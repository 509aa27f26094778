// A short recording of known content, to hand in: made here with Debian's ffmpeg.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const WIDTH = 320, HEIGHT = 180, RATE = 15;
/** Pictures are drawn for so many seconds, and then come again. */
const DRAWN = 20;
const COLOURS = [[196, 60, 50], [222, 160, 60], [80, 140, 80], [60, 100, 170], [120, 70, 140]];

/** One picture: the blocks of `content.mjs` along the top edge (id and frame), bars of colour that move below. */
function frame(id, number) {
  const bytes = Buffer.alloc(WIDTH * HEIGHT * 3);
  const bits = (id << 12) | (number & 0xfff);
  for (let y = 0; y < HEIGHT; y++) for (let x = 0; x < WIDTH; x++) {
    const shade = (bits >> (15 - Math.floor(x / (WIDTH / 16)))) & 1 ? 235 : 16;
    const colour = y < HEIGHT / 8 ? [shade, shade, shade] : COLOURS[Math.floor((x + number * 2) / 64) % COLOURS.length];
    bytes.set(colour, (y * WIDTH + x) * 3);
  }
  return bytes;
}

/** A file of so many seconds: `picture` false leaves only the tone. `kind`: webm, mp4, wav ... as the ending of a name. */
export function clip({ kind, id, tone, seconds, picture = true }) {
  const folder = mkdtempSync(path.join(tmpdir(), 'clip-'));
  try {
    const [raw, file] = [path.join(folder, 'frames'), path.join(folder, `clip.${kind}`)];
    if (picture) writeFileSync(raw, Buffer.concat(Array.from({ length: Math.min(seconds, DRAWN) * RATE }, (_, n) => frame(id, n))));
    const frames = ['-stream_loop', '-1', '-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${WIDTH}x${HEIGHT}`, '-r', String(RATE), '-i', raw];
    const codec = kind === 'webm' ? ['-c:v', 'libvpx', '-b:v', '1M', '-deadline', 'realtime', '-cpu-used', '8'] : ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
    execFileSync('ffmpeg', ['-v', 'error', ...(picture ? frames : []), '-f', 'lavfi', '-i', `sine=frequency=${tone}:duration=${seconds}:sample_rate=48000`,
      ...(picture ? [...codec, '-g', String(RATE)] : []), '-t', String(seconds), file]);
    return readFileSync(file);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
