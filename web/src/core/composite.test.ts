import { expect, test } from 'vitest';
import { type Composite, compositeUrl, isUnderWay } from './composite';

const of = (state: Composite['state']): Composite => ({ format: 'mp4', state, percent: null, file: null, bytes: null, trouble: null });

test('the page asks again only while something is made', () => {
  expect(isUnderWay([of('none'), of('done')])).toBe(false);
  expect(isUnderWay([of('failed')])).toBe(false);
  expect(isUnderWay([of('done'), of('waiting')])).toBe(true);
  expect(isUnderWay([of('running')])).toBe(true);
});

test('a film has an address of its own', () => {
  expect(compositeUrl('0199-01', 'composite.mp4')).toBe('/api/v1/records/0199-01/composite/composite.mp4');
});
