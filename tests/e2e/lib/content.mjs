// Known content for cameras and microphones, and the way to read it back, both as functions that run in the page.
//
// Picture: 16 blocks along the top edge, black or white: 4 bits of the sender's id, 12 bits of a frame counter, over
// moving noise; a white field at the bottom left during the first 100 ms of each wall-clock second.
// Sound: a continuous tone of the sender's own, and 3 kHz while the field is white.

export const TONES = { 1: 400, 2: 600, 3: 800, 4: 1000 };

/**
 * Runs before the page's own scripts: replaces what the camera and the microphone deliver. Without a `tone` the
 * microphone stays the browser's own.
 */
export function replaceDevices({ id, tone }) {
  const width = 640, height = 360, block = width / 16;
  const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let shared;
  function start() {
    const canvas = document.createElement('canvas');
    canvas.width = width; canvas.height = height;
    const g = canvas.getContext('2d', { alpha: false });
    const noise = document.createElement('canvas');
    noise.width = width * 2; noise.height = height;
    const n = noise.getContext('2d');
    for (let y = 0; y < height; y += 8) for (let x = 0; x < width * 2; x += 8) {
      const v = 60 + Math.floor(Math.random() * 130);
      n.fillStyle = `rgb(${v},${v},${v})`; n.fillRect(x, y, 8, 8);
    }
    let frame = 0;
    const draw = () => {
      g.drawImage(noise, -((frame * 3) % width), 0);
      const bits = (id << 12) | (frame & 0xfff);
      for (let b = 0; b < 16; b++) {
        g.fillStyle = (bits >> (15 - b)) & 1 ? '#ebebeb' : '#101010';
        g.fillRect(b * block, 0, block, block);
      }
      g.fillStyle = (performance.timeOrigin + performance.now()) % 1000 < 100 ? '#fff' : '#000';
      g.fillRect(0, height - 120, 240, 120);
      frame++;
    };
    setInterval(draw, 1000 / 30);
    draw();
    const picture = canvas.captureStream(30).getVideoTracks()[0];
    if (!tone) return { video: picture };
    const audio = new AudioContext({ sampleRate: 48000 });
    audio.resume();
    const out = audio.createMediaStreamDestination();
    const oscillator = (frequency, gain) => {
      const o = audio.createOscillator(), v = audio.createGain();
      o.frequency.value = frequency; v.gain.value = gain;
      o.connect(v).connect(out); o.start();
      return v.gain;
    };
    oscillator(tone, 0.15);
    const beep = oscillator(3000, 0);
    let scheduled = 0;
    const schedule = () => {
      const wall = performance.timeOrigin + performance.now();
      const next = (Math.floor(wall / 1000) + 1) * 1000;
      if (audio.state !== 'running' || next === scheduled) return;
      scheduled = next;
      const at = audio.currentTime + (next - wall) / 1000;
      beep.setValueAtTime(0.4, at);
      beep.setValueAtTime(0, at + 0.1);
    };
    setInterval(schedule, 200);
    return { video: picture, audio: out.stream.getAudioTracks()[0] };
  }
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const real = await original(constraints); // asks for permission as usual
    for (const track of real.getTracks()) if (tone || track.kind === 'video') track.stop();
    shared ??= start();
    const stream = new MediaStream();
    if (constraints.video) stream.addTrack(shared.video.clone());
    if (constraints.audio) stream.addTrack(shared.audio?.clone() ?? real.getAudioTracks()[0]);
    return stream;
  };
}

/** In the page: what each element with data-track shows and plays now. */
export async function readTracks({ tones, millis }) {
  const canvas = document.createElement('canvas');
  canvas.width = 160; canvas.height = 90;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  const readCounter = (video) => {
    if (!video.videoWidth) return null;
    g.drawImage(video, 0, 0, 160, 90);
    const line = g.getImageData(0, 5, 160, 1).data;
    let bits = 0;
    for (let b = 0; b < 16; b++) bits = (bits << 1) | (line[(b * 10 + 5) * 4] > 128 ? 1 : 0);
    return { id: bits >> 12, frame: bits & 0xfff, width: video.videoWidth };
  };
  globalThis.__audio ??= new AudioContext();
  await globalThis.__audio.resume();
  const listen = (element) => {
    element.__analyser ??= (() => {
      const analyser = globalThis.__audio.createAnalyser();
      analyser.fftSize = 8192;
      globalThis.__audio.createMediaStreamSource(element.srcObject).connect(analyser);
      return analyser;
    })();
    return element.__analyser;
  };
  const result = {};
  const elements = [...document.querySelectorAll('video[data-track], audio[data-track]')].filter((e) => e.srcObject);
  const first = new Map();
  for (const e of elements) {
    if (e.srcObject.getVideoTracks().length) first.set(e, readCounter(e));
    if (e.srcObject.getAudioTracks().length) listen(e);
  }
  await new Promise((done) => setTimeout(done, millis));
  for (const e of elements) {
    const track = e.dataset.track;
    if (e.srcObject?.getVideoTracks().length) {
      const a = first.get(e), b = readCounter(e);
      result[track] = { kind: 'video', id: b?.id, width: b?.width, frames: a && b ? (b.frame - a.frame) & 0xfff : 0 };
    }
    if (e.srcObject?.getAudioTracks().length) {
      const analyser = listen(e);
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      const level = (hz) => bins[Math.round((hz * analyser.fftSize) / globalThis.__audio.sampleRate)];
      const heard = Object.entries(tones).map(([id, hz]) => ({ id: Number(id), db: level(hz) })).sort((x, y) => y.db - x.db);
      result[track] = { kind: 'audio', id: heard[0].db > -60 ? heard[0].id : null, db: Math.round(heard[0].db), paused: e.paused, muted: e.muted };
    }
  }
  return result;
}

/** In the page: for each recorded track, the moments (ms of the page's clock) at which its white field appears. */
export async function watchFlashes({ tracks, millis }) {
  const canvas = document.createElement('canvas');
  canvas.width = 160; canvas.height = 90;
  const g = canvas.getContext('2d', { willReadFrequently: true });
  const seen = Object.fromEntries(tracks.map((track) => [track, []]));
  const white = {};
  const end = performance.now() + millis;
  while (performance.now() < end) {
    for (const track of tracks) {
      const video = document.querySelector(`video[data-track="${track}"]`);
      if (!video?.videoWidth) continue;
      g.drawImage(video, 0, 0, 160, 90);
      const now = g.getImageData(20, 78, 1, 1).data[0] > 180;
      if (now && white[track] === false) seen[track].push(Math.round(performance.now()));
      white[track] = now;
    }
    await new Promise((done) => requestAnimationFrame(done));
  }
  return seen;
}
