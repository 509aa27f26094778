import { expect, it } from 'vitest';
import { FrameTimes } from './frames';
import { RATES, rateBeside } from './rates';

const of = (...times: number[]): FrameTimes => {
  const frames = new FrameTimes();
  frames.add(times);
  return frames;
};

it('a step goes to the next picture that there is, however long this one stands', () => {
  const frames = of(1000, 1033, 1067, 1900);
  expect(frames.beside(1001, 1)).toBe(1034);
  expect(frames.beside(1068, 1)).toBe(1901);
  expect(frames.beside(1050, 1)).toBe(1068);
});

it('and back to the one before that which is shown, and not to the same', () => {
  const frames = of(1000, 1033, 1067, 1900);
  expect(frames.beside(1068, -1)).toBe(1034);
  expect(frames.beside(1850, -1)).toBe(1034);
  expect(frames.beside(1901, -1)).toBe(1068);
});

it('there and back again is the same picture', () => {
  const frames = of(...Array.from({ length: 300 }, (_, n) => Math.round(n * 33.37)));
  let at = 2000;
  const first = frames.beside(at, 1)!;
  at = first;
  for (let n = 0; n < 50; n++) at = frames.beside(at, 1)!;
  for (let n = 0; n < 50; n++) at = frames.beside(at, -1)!;
  expect(at).toBe(first);
});

it('knows nothing beyond what is in the buffer, nor of what was taken out of it', () => {
  const frames = of(1000, 1033, 1067);
  expect([frames.beside(1068, 1), frames.beside(1001, -1), of().beside(5, 1)]).toEqual([undefined, undefined, undefined]);
  frames.forget(1033);
  expect([frames.beside(1068, -1), frames.beside(1034, -1)]).toEqual([1034, undefined]);
  frames.add([1050, 1067, 1100]);
  expect([frames.beside(1068, 1), frames.beside(1068, -1)]).toEqual([1101, 1034]);
  frames.clear();
  expect(frames.beside(1068, 1)).toBeUndefined();
});

it('speeds go from half to three times, step by step, and stop at the ends', () => {
  expect([RATES[0], RATES.at(-1)]).toEqual([0.5, 3]);
  expect([rateBeside(1, 1), rateBeside(1, -1), rateBeside(3, 1), rateBeside(0.5, -1), rateBeside(1.1, 1)]).toEqual([1.25, 0.75, 3, 0.5, 1.25]);
});
