import { expect, test } from 'vitest';
import { goOn } from './listening';

test('what is played follows the record at a distance that does not grow', () => {
  expect(goOn(0, []), 'nothing is there yet').toBe(0);
  expect(goOn(0, [{ start: 600, end: 602 }]), 'times are those of the hearing').toBe(601);
  expect(goOn(0, [{ start: 600, end: 600.4 }])).toBe(600);
  expect(goOn(601, [{ start: 600, end: 603.9 }])).toBe(601);
  expect(goOn(601, [{ start: 600, end: 604.1 }]), 'a disk that stuttered').toBe(603.1);
});

test('a muted while is passed over', () => {
  expect(goOn(602, [{ start: 600, end: 602 }, { start: 640, end: 640.5 }])).toBe(640);
  expect(goOn(640.2, [{ start: 600, end: 602 }, { start: 640, end: 641 }])).toBe(640.2);
});
