import { describe, expect, it } from 'vitest';
import { fit, spotAt, spotMoved } from './paper';
import { shortHash, titleOf } from './exhibits';

describe('a paper', () => {
  it('is called as its file, without the ending', () => {
    expect(titleOf('Biên bản 1.2.pdf')).toBe('Biên bản 1.2');
    expect(titleOf('scan')).toBe('scan');
  });
  it('has a hash that can be compared by voice', () => {
    expect(shortHash('0123456789abcdef'.repeat(4))).toBe('0123 4567 89ab');
  });
  it('fits into its place whole, in its own proportions', () => {
    expect(fit({ width: 100, height: 200 }, { width: 300, height: 100 })).toBeCloseTo(0.5);
    expect(fit({ width: 200, height: 100 }, { width: 300, height: 300 })).toBeCloseTo(1.5);
    expect(fit({ width: 200, height: 100 }, { width: 0, height: 300 })).toBe(0);
  });
});

describe('the pointer', () => {
  it('is a place on the page, whatever the size of the screen', () => {
    expect(spotAt({ left: 10, top: 20, width: 200, height: 400 }, 110, 120)).toEqual({ x: 5000, y: 2500 });
    expect(spotAt({ left: 0, top: 0, width: 10, height: 10 }, 99, -5)).toEqual({ x: 10_000, y: 0 });
  });
  it('is moved by the keyboard from where it is, or from the middle', () => {
    expect(spotMoved(null, 'ArrowRight')).toEqual({ x: 5200, y: 5000 });
    expect(spotMoved({ x: 10_000, y: 100 }, 'ArrowUp')).toEqual({ x: 10_000, y: 0 });
    expect(spotMoved(null, 'a')).toBeNull();
  });
});
