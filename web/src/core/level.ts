//! The level of a microphone, for a meter. 0 is silence, 1 is full scale; speech is about the middle.

/** Root mean square of samples over [-1, 1] to a meter position: -60 dB is 0, 0 dB is 1. */
export function meter(samples: Float32Array): number {
  const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / Math.max(1, samples.length);
  const decibels = 10 * Math.log10(power + 1e-12);
  return Math.min(1, Math.max(0, 1 + decibels / 60));
}

/** Reads a track's level ten times a second until stopped. */
export function watchLevel(track: MediaStreamTrack, onLevel: (level: number) => void): () => void {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  analyser.fftSize = 2048;
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    if (context.state === 'suspended') void context.resume();
    analyser.getFloatTimeDomainData(samples);
    onLevel(meter(samples));
  }, 100);
  return () => {
    clearInterval(timer);
    void context.close();
  };
}
