import { describe, expect, it } from 'vitest';
import { nextOf } from './problems';

describe('after the log-in', () => {
  it.each([
    ['?next=%2Frecords%3Fq%3Dx', '/records?q=x'],
    ['', '/prepare'],
    ['?next=https%3A%2F%2Fevil.example', '/prepare'],
    ['?next=%2F%2Fevil.example', '/prepare'],
    ['?next=%2F%5Cevil.example', '/prepare'],
  ])('%s leads to %s: never to another site', (search, to) => {
    expect(nextOf(search)).toBe(to);
  });
});
