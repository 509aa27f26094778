import { describe, expect, it } from 'vitest';
import { HeldSeats } from './seatkey';

function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  } as unknown as Storage;
}

describe('seats that a browser held', () => {
  it('keeps one token a seat, the newest first', () => {
    const held = new HeldSeats(storage());
    held.keep(null, 'a1');
    held.keep(null, 'b1');
    held.keep('a1', 'a2');
    held.keep('a2', 'a2');
    expect(held.tokens()).toEqual(['a2', 'b1']);
    held.forget('a2');
    expect(held.tokens()).toEqual(['b1']);
  });

  it('keeps no more than the server reads, and survives what others wrote there', () => {
    const kept = storage();
    const held = new HeldSeats(kept);
    for (let n = 0; n < 20; n++) held.keep(null, String(n));
    expect(held.tokens()).toEqual(['19', '18', '17', '16', '15', '14', '13', '12']);
    kept.setItem('assize.held', '{"no":"list"}');
    expect(held.tokens()).toEqual([]);
    kept.setItem('assize.held', '[1,');
    expect(held.tokens()).toEqual([]);
  });
});
