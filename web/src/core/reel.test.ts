import { expect, test } from 'vitest';
import { positionAt, sentSize, time } from './reel';

test('a recording that plays goes on since the court was told, and no further than its end', () => {
  const at = { playing: true, position_ms: 5000, since_ms: 100_000 };
  expect(positionAt(at, null, 102_500)).toBe(7500);
  expect(positionAt(at, 6000, 102_500)).toBe(6000);
  expect(positionAt(at, null, 99_000), 'a clock that is behind').toBe(5000);
  expect(positionAt({ ...at, playing: false }, null, 200_000)).toBe(5000);
});

test('times are read as on a player', () => {
  expect([0, 999, 65_000, 3_725_000].map(time)).toEqual(['0:00', '0:00', '1:05', '1:02:05']);
});

test('a picture is sent no larger than a line carries, upright as well, and never made larger', () => {
  expect(sentSize(3840, 2160)).toEqual({ width: 1280, height: 720 });
  expect(sentSize(1080, 1920)).toEqual({ width: 720, height: 1280 });
  expect(sentSize(321, 241)).toEqual({ width: 322, height: 242 });
});
