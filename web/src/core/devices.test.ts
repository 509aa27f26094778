import { afterEach, describe, expect, test, vi } from 'vitest';
import { capture, captureBoth, type Choice } from './devices';

const ANY: Choice = { camera: null, microphone: null, echo: true };

interface Asked { readonly audio?: MediaTrackConstraints; readonly video?: MediaTrackConstraints }

/** A computer whose devices answer as told. */
function computer(answer: (asked: Asked) => string | null): Asked[] {
  const asked: Asked[] = [];
  const track = (kind: string): object => ({ kind, readyState: 'live' });
  vi.stubGlobal('navigator', { mediaDevices: {
    getUserMedia: (wanted: Asked) => {
      asked.push(wanted);
      const error = answer(wanted);
      if (error !== null) return Promise.reject(Object.assign(new Error(error), { name: error }));
      const [audio, video] = [wanted.audio ? [track('audio')] : [], wanted.video ? [track('video')] : []];
      return Promise.resolve({ getTracks: () => [...audio, ...video], getAudioTracks: () => audio, getVideoTracks: () => video });
    },
  } });
  return asked;
}

afterEach(() => vi.unstubAllGlobals());

describe('taking devices', () => {
  test('both are asked for in one question', async () => {
    const asked = computer(() => null);
    const both = await captureBoth(ANY);
    expect(asked.length).toBe(1);
    expect([both.camera.trouble, both.microphone.trouble]).toEqual([null, null]);
  });

  test('a refused camera leaves the sound', async () => {
    computer(({ video }) => (video ? 'NotAllowedError' : null));
    const both = await captureBoth(ANY);
    expect(both.camera).toEqual({ track: null, trouble: 'refused' });
    expect(both.microphone.track?.kind).toBe('audio');
  });

  test('each of two that cannot be had says its own trouble', async () => {
    computer(({ audio, video }) => (audio && video ? 'NotFoundError' : audio ? 'NotReadableError' : 'NotFoundError'));
    const both = await captureBoth(ANY);
    expect([both.camera.trouble, both.microphone.trouble]).toEqual(['none', 'busy']);
  });

  test('a chosen device that is gone is replaced by any other', async () => {
    const asked = computer(({ video }) => (video?.deviceId ? 'OverconstrainedError' : null));
    const { track } = await capture('camera', { ...ANY, camera: 'unplugged' });
    expect(track?.kind).toBe('video');
    expect(asked.map(({ video }) => Boolean(video?.deviceId))).toEqual([true, false]);
  });

  test('a refusal is not asked again behind the person’s back', async () => {
    const asked = computer(() => 'NotAllowedError');
    expect(await capture('microphone', { ...ANY, microphone: 'one' })).toEqual({ track: null, trouble: 'refused' });
    expect(asked.length).toBe(1);
  });

  test('sound is kept as it was said: only the echo is taken out, and only where wished', async () => {
    const asked = computer(() => null);
    await capture('microphone', ANY);
    await capture('microphone', { ...ANY, echo: false });
    expect(asked.map(({ audio }) => [audio?.echoCancellation, audio?.noiseSuppression, audio?.autoGainControl])).toEqual([[true, false, false], [false, false, false]]);
  });
});
