// People who talk: small cameras and voices whose loudness is told from outside, for a page of the client and for encoders
// by WHIP. What is here runs in the page.

/**
 * Before the page's own scripts: `__talker()` gives a picture, 640x360 at 15/s that needs all the bitrate it may have, and a
 * voice, syllables of a buzz through two formants; `__loud(nth, gain)` says how loud the nth of them is (1: speech at -20 dBov).
 * With `capture` they are what the page's own devices deliver.
 */
export function talkers({ capture }) {
  const gains = [];
  let audio;
  const picture = () => {
    const [width, height] = [640, 360];
    const canvas = Object.assign(document.createElement('canvas'), { width, height }), g = canvas.getContext('2d', { alpha: false });
    const noise = Object.assign(document.createElement('canvas'), { width: 2 * width, height }), n = noise.getContext('2d');
    for (let y = 0; y < height; y += 8) for (let x = 0; x < 2 * width; x += 8) {
      const v = 60 + (Math.random() * 130 | 0);
      n.fillStyle = `rgb(${v},${v},${v})`; n.fillRect(x, y, 8, 8);
    }
    let frame = 0;
    setInterval(() => g.drawImage(noise, -((frame++ * 3) % width), 0), 1000 / 15);
    g.drawImage(noise, 0, 0);
    return canvas.captureStream(15).getVideoTracks()[0];
  };
  const voice = () => {
    audio ??= new AudioContext({ sampleRate: 48_000 });
    void audio.resume();
    const buzz = audio.createOscillator(), syllables = audio.createOscillator(), depth = audio.createGain(), spoken = audio.createGain(), loudness = audio.createGain();
    const out = audio.createMediaStreamDestination();
    buzz.type = 'sawtooth';
    buzz.frequency.value = 110 + 25 * gains.length;
    syllables.frequency.value = 3 + gains.length / 4;
    spoken.gain.value = 0.55;
    depth.gain.value = 0.45;
    loudness.gain.value = 0;
    syllables.connect(depth).connect(spoken.gain);
    for (const frequency of [700, 1200]) {
      const formant = audio.createBiquadFilter();
      Object.assign(formant, { type: 'bandpass' });
      formant.frequency.value = frequency;
      formant.Q.value = 3;
      buzz.connect(formant).connect(spoken);
    }
    spoken.connect(loudness).connect(out);
    buzz.start(); syllables.start();
    gains.push(loudness.gain);
    return out.stream.getAudioTracks()[0];
  };
  globalThis.__talker = () => ({ video: picture(), audio: voice() });
  globalThis.__loud = (nth, gain) => gains[nth].setTargetAtTime(gain, audio.currentTime, 0.02);
  if (!capture) return;
  let own;
  navigator.mediaDevices.getUserMedia = (constraints) => {
    own ??= globalThis.__talker();
    return Promise.resolve(new MediaStream([...(constraints.video ? [own.video.clone()] : []), ...(constraints.audio ? [own.audio.clone()] : [])]));
  };
}

/** In the page: another talker, who publishes as an encoder does (RFC 9725), with the layers of the client's camera. */
export async function publish({ path, ticket }) {
  const { video, audio } = globalThis.__talker(), connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  const sendEncodings = [{ rid: 'q', maxBitrate: 150_000, scaleResolutionDownBy: 4 }, { rid: 'h', maxBitrate: 500_000, scaleResolutionDownBy: 2 }];
  connection.addTransceiver(audio, { direction: 'sendonly' });
  const camera = connection.addTransceiver(video, { direction: 'sendonly', sendEncodings });
  camera.setCodecPreferences(RTCRtpSender.getCapabilities('video').codecs.filter(({ mimeType }) => /^video\/(vp8|rtx)$/i.test(mimeType)));
  await connection.setLocalDescription(await connection.createOffer());
  const answer = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${ticket}`, 'content-type': 'application/sdp' }, body: connection.localDescription.sdp });
  if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
  await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  (globalThis.__published ??= []).push(connection);
}
