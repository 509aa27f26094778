import { expect, test } from 'vitest';
import { match } from './route';

test('a pattern takes its parameters and nothing else', () => {
  expect(match('/records/:id', '/records/a%2Fb?t=3')).toEqual({ id: 'a/b' });
  expect(match('/records', '/records/')).toEqual({});
  expect(match('/records', '/records/x')).toBeNull();
  expect(match('/', '/')).toEqual({});
  expect(match('/bench/:hearing', '/desk/1')).toBeNull();
});
