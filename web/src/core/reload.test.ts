import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { again, loaded, type Surroundings } from './reload';

function surroundings(answers: boolean[]): { of: Surroundings; reloads: () => number } {
  const kept = new Map<string, string>();
  let reloads = 0;
  const of: Surroundings = {
    kept: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => { kept.set(key, value); }, removeItem: (key) => { kept.delete(key); } },
    answers: () => Promise.resolve(answers.shift() ?? true),
    reload: () => { reloads++; },
  };
  return { of, reloads: () => reloads };
}

describe('a page that could not be loaded', () => {
  beforeEach(() => { vi.useFakeTimers(); });
  afterEach(() => { vi.useRealTimers(); });

  it('is loaded again at once, then ever more rarely, and counts anew once it is there', async () => {
    const { of, reloads } = surroundings([]);
    expect(again(of).tries).toBe(0);
    await vi.advanceTimersByTimeAsync(300);
    expect(reloads()).toBe(1);
    expect(again(of).tries).toBe(1);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(reloads()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(reloads()).toBe(2);
    loaded(of);
    expect(again(of).tries).toBe(0);
  });

  it('waits for a server that does not answer, and leaves whoever went elsewhere alone', async () => {
    const { of, reloads } = surroundings([false, false]);
    const { stop } = again(of);
    await vi.advanceTimersByTimeAsync(300 + 5_000);
    expect(reloads()).toBe(0);
    await vi.advanceTimersByTimeAsync(5_000);
    expect(reloads()).toBe(1);
    stop();
    const other = again(of);
    other.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(reloads()).toBe(1);
  });
});
