import { expect, test } from 'vitest';
import { Playback } from './playback';

function element(answers: (string | null)[]) {
  const state = { played: 0, srcObject: {} as unknown };
  return Object.assign(state, {
    play: () => {
      state.played += 1;
      const error = answers.shift() ?? null;
      return error === null ? Promise.resolve() : Promise.reject(Object.assign(new Error(error), { name: error }));
    },
  });
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test('several refused voices are told once, and all start after one press', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  const voices = [element(['NotAllowedError']), element(['NotAllowedError']), element([])];
  voices.forEach((voice) => playback.add(voice as unknown as HTMLMediaElement));
  await settle();
  expect(told).toEqual([true]);
  await playback.unblock();
  expect(told).toEqual([true, false]);
  expect(voices.map((voice) => voice.played)).toEqual([2, 2, 2]);
});

test('a press that does not help is not told as one that does', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  playback.add(element(['NotAllowedError', 'NotAllowedError']) as unknown as HTMLMediaElement);
  await settle();
  await playback.unblock();
  expect(told).toEqual([true]);
  await playback.unblock();
  expect(told).toEqual([true, false]);
});

test('it is over only when every voice that was refused plays', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  const voices = [element(['NotAllowedError', 'NotAllowedError']), element(['NotAllowedError'])];
  voices.forEach((voice) => playback.add(voice as unknown as HTMLMediaElement));
  await settle();
  await playback.unblock();
  expect(told).toEqual([true]);
  await playback.unblock();
  expect(told).toEqual([true, false]);
});

test('a refused voice that is taken away leaves the browser as it was; the next one that plays does not', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  const remove = playback.add(element(['NotAllowedError']) as unknown as HTMLMediaElement);
  await settle();
  remove();
  expect(told).toEqual([true]);
  playback.add(element([]) as unknown as HTMLMediaElement);
  await settle();
  expect(told).toEqual([true, false]);
});

test('a press while nothing is to be played is enough until a voice tells otherwise', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  const remove = playback.add(element(['NotAllowedError']) as unknown as HTMLMediaElement);
  await settle();
  remove();
  await playback.unblock();
  expect(told).toEqual([true, false]);
  playback.add(element(['NotAllowedError']) as unknown as HTMLMediaElement);
  await settle();
  expect(told).toEqual([true, false, true]);
});
test('an element that is replaced while it starts was not refused, and a removed one is not started again', async () => {
  const told: boolean[] = [];
  const playback = new Playback((blocked) => told.push(blocked));
  const voice = element(['AbortError']);
  const remove = playback.add(voice as unknown as HTMLMediaElement);
  await settle();
  expect(told).toEqual([]);
  remove();
  await playback.unblock();
  expect(voice.played).toBe(1);
  expect(voice.srcObject).toBeNull();
});
