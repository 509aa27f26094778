//! The voice of a played party: syllables of a buzz through two formants, at the level of speech. It says nothing, and is
//! told apart by its pitch.

/** Of speech before a microphone: about -20 dB of full scale. */
const LOUDNESS = 1;
/** How fast it begins and ends, in seconds. */
const EDGE = 0.02;

let shared: AudioContext | null = null;

/** One for the page: browsers allow few. Without a press of somebody it stays silent. */
function context(): AudioContext {
  shared ??= new AudioContext({ sampleRate: 48_000 });
  void shared.resume();
  return shared;
}

export class Voice {
  readonly track: MediaStreamTrack;
  private readonly loudness: GainNode;
  private readonly audio = context();

  /** `nth`: whose voice it is, so that no two are alike. */
  constructor(nth: number) {
    const { audio } = this;
    const buzz = new OscillatorNode(audio, { type: 'sawtooth', frequency: 105 + 27 * (nth % 6) });
    const syllables = new OscillatorNode(audio, { frequency: 3.4 + (nth % 4) / 3 });
    const words = new OscillatorNode(audio, { frequency: 0.45 + (nth % 3) / 10 });
    const spoken = new GainNode(audio, { gain: 0.5 });
    syllables.connect(new GainNode(audio, { gain: 0.4 })).connect(spoken.gain);
    words.connect(new GainNode(audio, { gain: 0.15 })).connect(spoken.gain);
    for (const frequency of [650 + 40 * (nth % 5), 1150 + 60 * (nth % 4)]) {
      buzz.connect(new BiquadFilterNode(audio, { type: 'bandpass', frequency, Q: 3 })).connect(spoken);
    }
    this.loudness = new GainNode(audio, { gain: 0 });
    const out = new MediaStreamAudioDestinationNode(audio);
    spoken.connect(this.loudness).connect(out);
    const [track] = out.stream.getAudioTracks();
    if (!track) throw new Error('a destination gives a sound');
    this.track = track;
    for (const source of [buzz, syllables, words]) source.start();
  }

  speak(speaks: boolean): void {
    void this.audio.resume();
    this.loudness.gain.setTargetAtTime(speaks ? LOUDNESS : 0, this.audio.currentTime, EDGE);
  }

  stop(): void {
    this.speak(false);
    this.track.stop();
  }
}
