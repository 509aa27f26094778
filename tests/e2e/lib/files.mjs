// Known content as files behind the browser's own fake devices, so that a page captures them as it captures a camera.
//
// Picture: the blocks of content.mjs at 640x360, 30/s (at 1280x720 three layers take a browser without a graphics card a
// third of a second to encode, and what is under way at a cut is not recorded). Sound: the sender's own tone, and 3 kHz
// for the first 100 ms of each second. Both last 10 s and repeat. The two files keep no common clock in the browser (tens
// of milliseconds apart, drifting), so they serve to recognise a sender, not to measure sound against picture.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { TONES } from './content.mjs';

const [WIDTH, HEIGHT, RATE, SECONDS] = [640, 360, 30, 10];

/** Noise in squares of 16 pixels, twice as wide as the picture, the same at each run. */
function noise() {
  const plane = new Uint8Array(2 * WIDTH * HEIGHT);
  let state = 1;
  for (let y = 0; y < HEIGHT; y += 16) {
    for (let x = 0; x < 2 * WIDTH; x += 16) {
      state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
      const value = 60 + ((state >>> 16) % 130);
      for (let row = y; row < y + 16; row++) plane.fill(value, row * 2 * WIDTH + x, row * 2 * WIDTH + x + 16);
    }
  }
  return plane;
}

/** 16 blocks along the top edge: 4 bits of the sender's id, 12 bits of the frame's number. */
function drawBlocks(picture, bits) {
  const block = WIDTH / 16;
  for (let b = 0; b < 16; b++) {
    const value = (bits >> (15 - b)) & 1 ? 235 : 16;
    for (let y = 0; y < block; y++) picture.fill(value, y * WIDTH + b * block, y * WIDTH + (b + 1) * block);
  }
}

function writePicture(file, id) {
  const ground = noise(), frames = Buffer.alloc(WIDTH * HEIGHT * RATE * SECONDS);
  for (let n = 0; n < RATE * SECONDS; n++) {
    const picture = frames.subarray(n * WIDTH * HEIGHT, (n + 1) * WIDTH * HEIGHT), shift = (n * 4) % WIDTH;
    for (let y = 0; y < HEIGHT; y++) picture.set(ground.subarray(y * 2 * WIDTH + shift, y * 2 * WIDTH + shift + WIDTH), y * WIDTH);
    drawBlocks(picture, (id << 12) | n);
  }
  const run = spawnSync('ffmpeg', ['-v', 'error', '-y', '-f', 'rawvideo', '-pix_fmt', 'gray', '-s', `${WIDTH}x${HEIGHT}`, '-r', String(RATE), '-i', '-',
    '-pix_fmt', 'yuvj420p', '-c:v', 'mjpeg', '-q:v', '4', '-f', 'mjpeg', file], { input: frames });
  if (run.status !== 0) throw new Error(`ffmpeg: ${run.stderr ?? run.error}`);
}

function writeSound(file, tone) {
  const rate = 48_000, count = rate * SECONDS, wave = Buffer.alloc(44 + 2 * count);
  wave.write('RIFF', 0); wave.writeUInt32LE(36 + 2 * count, 4); wave.write('WAVEfmt ', 8);
  wave.writeUInt32LE(16, 16); wave.writeUInt16LE(1, 20); wave.writeUInt16LE(1, 22);
  wave.writeUInt32LE(rate, 24); wave.writeUInt32LE(2 * rate, 28); wave.writeUInt16LE(2, 32); wave.writeUInt16LE(16, 34);
  wave.write('data', 36); wave.writeUInt32LE(2 * count, 40);
  for (let n = 0; n < count; n++) {
    const t = n / rate, beep = t % 1 < 0.1 ? 0.4 * Math.sin(2 * Math.PI * 3000 * t) : 0;
    wave.writeInt16LE(Math.round(32767 * (0.15 * Math.sin(2 * Math.PI * tone * t) + beep)), 44 + 2 * n);
  }
  writeFileSync(file, wave);
}

/** Writes both files into `folder`; returns the browser's arguments that make them its camera and its microphone. */
export function fileDevices(folder, id) {
  const picture = path.join(folder, `camera-${id}.mjpeg`), sound = path.join(folder, `microphone-${id}.wav`);
  writePicture(picture, id);
  writeSound(sound, TONES[id]);
  return [`--use-file-for-fake-video-capture=${picture}`, `--use-file-for-fake-audio-capture=${sound}`];
}
