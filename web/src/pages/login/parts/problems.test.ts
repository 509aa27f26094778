import { describe, expect, it } from 'vitest';
import { ApiError, UNREACHABLE } from '../../../core/api';
import { nextOf, problemIn, told } from './problems';

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

describe('a problem', () => {
  const problem = { code: 'x', status: 400, title: 'T', detail: 'D', params: {} };
  it('is told in the server’s words', () => {
    expect(told(problem)).toEqual({ title: 'T', detail: 'D' });
    expect(told({ ...problem, detail: 'T' })).toEqual({ title: 'T', detail: '' });
  });

  it('is told in ours where the server was not reached or not understood', () => {
    expect(told({ ...problem, code: UNREACHABLE, title: '' }).title).not.toBe('');
    expect(told(problemIn(new TypeError('a fault of ours'))).detail).not.toBe('');
    expect(problemIn(new ApiError(problem))).toBe(problem);
  });
});
