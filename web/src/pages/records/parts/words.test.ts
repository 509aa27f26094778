import { expect, it } from 'vitest';
import { player as english } from '../../../i18n/en/player';
import { player as vietnamese } from '../../../i18n/vi/player';

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, below]) => leaves(below, `${path}.${name}`));
}

it('both languages have the same strings, none empty, and functions take the same', () => {
  const en = new Map(leaves(english));
  expect([...en.keys()].sort()).toEqual(leaves(vietnamese).map(([path]) => path).sort());
  for (const [path, text] of leaves(vietnamese)) {
    const other = en.get(path);
    expect(typeof other, path).toBe(typeof text);
    if (typeof text === 'string') expect([text.trim(), String(other).trim()], path).not.toContain('');
    else expect((other as { length: number }).length, path).toBe((text as { length: number }).length);
  }
});

it('nobody is addressed as "bạn"', () => {
  for (const [path, text] of leaves(vietnamese)) expect(String(text).toLowerCase(), path).not.toMatch(/\bbạn\b/u);
});
