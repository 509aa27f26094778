// A camera whose picture needs all the bitrate it may have: what it sends is limited by the line and by the client's layers.

/**
 * Before the page's own scripts: 1280 x 720 of noise in fields of 16 pixels that stands, and a ninth of it new in each
 * frame (were all of it new, it would fit into no bitrate, and the encoder would drop frames instead). Sound stays the
 * browser's own.
 */
export function noiseCamera() {
  const width = 1280, height = 720;
  const original = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  let picture;
  function start() {
    const canvas = document.createElement('canvas');
    canvas.width = width; canvas.height = height;
    const g = canvas.getContext('2d', { alpha: false });
    const noise = document.createElement('canvas');
    noise.width = 2 * width; noise.height = 2 * height;
    const n = noise.getContext('2d');
    for (let y = 0; y < noise.height; y += 16) for (let x = 0; x < noise.width; x += 16) {
      const v = 256 * Math.random() | 0;
      n.fillStyle = `rgb(${v},${v},${v})`; n.fillRect(x, y, 16, 16);
    }
    const part = [width / 3, height / 3], any = (most) => Math.random() * most | 0;
    setInterval(() => g.drawImage(noise, any(width), any(height), ...part, any(3) * part[0], any(3) * part[1], ...part), 1000 / 30);
    g.drawImage(noise, 0, 0);
    return canvas.captureStream(30).getVideoTracks()[0];
  }
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const real = await original(constraints);
    for (const track of real.getVideoTracks()) track.stop();
    picture ??= start();
    return new MediaStream([...(constraints.video ? [picture.clone()] : []), ...real.getAudioTracks()]);
  };
}
