//! Three test tones from the loudspeaker, made here: nothing is fetched.

/** Plays for about 1.5 s. False if the browser does not let it be heard. */
export async function testTones(): Promise<boolean> {
  const context = new AudioContext();
  await Promise.race([context.resume(), new Promise((resolve) => setTimeout(resolve, 500))]);
  const heard = context.state === 'running';
  const begin = context.currentTime + 0.05;
  for (const [n, frequency] of [523, 659, 784].entries()) {
    const tone = context.createOscillator();
    const gain = context.createGain();
    const at = begin + n * 0.5;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(0.25, at + 0.03);
    gain.gain.linearRampToValueAtTime(0, at + 0.4);
    tone.frequency.value = frequency;
    tone.connect(gain).connect(context.destination);
    tone.start(at);
    tone.stop(at + 0.45);
  }
  await new Promise((resolve) => setTimeout(resolve, heard ? 1600 : 0));
  await context.close();
  return heard;
}
