//! Cameras and microphones of this computer: found, chosen, followed when they are plugged in or out.

export type Kind = 'camera' | 'microphone';

/** Why a device cannot be had. */
export type Trouble =
  /** The person or the browser's settings refused it. */
  | 'refused'
  /** There is none. */
  | 'none'
  /** Another program has it, or the system gives no access. */
  | 'busy';

export type Captured =
  | { readonly track: MediaStreamTrack; readonly trouble: null }
  | { readonly track: null; readonly trouble: Trouble };

export interface Choice {
  readonly camera: string | null;
  readonly microphone: string | null;
  /** False where the room has an echo canceller of its own. */
  readonly echo: boolean;
}

export interface Found {
  readonly cameras: readonly MediaDeviceInfo[];
  readonly microphones: readonly MediaDeviceInfo[];
}

const KEY = 'assize.devices';

export function keptChoice(): Choice {
  const none: Choice = { camera: null, microphone: null, echo: true };
  try {
    return { ...none, ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Choice>) };
  } catch {
    return none;
  }
}

export function keepChoice(choice: Choice): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(choice));
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

/** The trouble behind an error of getUserMedia. */
export function troubleOf(error: unknown): Trouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'refused';
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'none';
  return 'busy';
}

export async function found(): Promise<Found> {
  const all = await navigator.mediaDevices.enumerateDevices();
  const of = (kind: MediaDeviceKind): MediaDeviceInfo[] => all.filter((device) => device.kind === kind && device.deviceId !== '');
  return { cameras: of('videoinput'), microphones: of('audioinput') };
}

/** Sound is kept as it was said: only the echo is taken out, since a courtroom with loudspeakers must not howl. */
function constraints(kind: Kind, id: string | null, echo: boolean): MediaStreamConstraints {
  const device = id ? { deviceId: { exact: id } } : {};
  if (kind === 'camera') {
    return { video: { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } } };
  }
  return { audio: { ...device, echoCancellation: echo, noiseSuppression: false, autoGainControl: false, channelCount: { ideal: 1 } } };
}

/** Takes one device: the chosen one, or any if that one is no longer there. */
export async function capture(kind: Kind, choice: Choice): Promise<Captured> {
  const id = kind === 'camera' ? choice.camera : choice.microphone;
  for (const wanted of id ? [id, null] : [null]) {
    try {
      const stream = await navigator.mediaDevices.getUserMedia(constraints(kind, wanted, choice.echo));
      const track = stream.getTracks()[0];
      if (track) return { track, trouble: null };
    } catch (error) {
      const trouble = troubleOf(error);
      if (trouble !== 'none' || wanted === null) return { track: null, trouble };
    }
  }
  return { track: null, trouble: 'none' };
}

/** Both at once, so that the browser asks once; each alone if not both can be had. */
export async function captureBoth(choice: Choice): Promise<Record<Kind, Captured>> {
  const audio = constraints('microphone', choice.microphone, choice.echo).audio;
  const video = constraints('camera', choice.camera, choice.echo).video;
  try {
    const stream = await navigator.mediaDevices.getUserMedia({ audio, video });
    const [microphone] = stream.getAudioTracks();
    const [camera] = stream.getVideoTracks();
    if (microphone && camera) {
      return { microphone: { track: microphone, trouble: null }, camera: { track: camera, trouble: null } };
    }
  } catch {
    // One of the two is the cause: each is asked for alone, and says its own trouble.
  }
  const microphone = await capture('microphone', choice);
  return { microphone, camera: await capture('camera', choice) };
}
