import { describe, expect, it } from 'vitest';
import { createApi } from '../api';
import { HANGOVER_MS, LEAST_MS, LEVEL_MS, NOTHING, SPEECH, UNRECORDED, heightOf, louder, peaks, speech } from './levels';

const bytes = (...runs: readonly (readonly [count: number, level: number])[]): Uint8Array<ArrayBuffer> => Uint8Array.from(runs.flatMap(([count, level]) => Array<number>(count).fill(level)));

describe('levels as a picture', () => {
  it('give each column the loudest of its moments', () => {
    const column = peaks(bytes([10, 127], [1, 10], [9, 127]), 0, 2000, 2);
    expect([...column]).toEqual([0, 1]);
    expect([...peaks(bytes([10, 127], [1, 10], [9, 127]), 1000, 1100, 1)]).toEqual([1]);
  });

  it('tell silence from what was not recorded, and end with what there is', () => {
    expect([...peaks(bytes([10, NOTHING], [10, 127]), 0, 4000, 4)]).toEqual([UNRECORDED, 0, UNRECORDED, UNRECORDED]);
  });

  it('lose no moment where columns share one, nor where many moments share a column', () => {
    const one = bytes([1, 10], [1, 127]);
    expect([...peaks(one, 0, 200, 8)]).toEqual([1, 1, 1, 1, 0, 0, 0, 0]);
    const long = new Uint8Array(144_000).fill(127);
    long[100_001] = 10;
    const lit = [...peaks(long, 0, 14_400_000, 997)].flatMap((height, n) => (height > 0 ? [n] : []));
    expect(lit).toEqual([Math.floor((100_001 / 144_000) * 997)]);
  });

  it('grow with loudness and stay within the lane', () => {
    const heights = [127, 60, 45, 30, 10, 0].map(heightOf);
    expect(heights).toEqual([...heights].sort((a, b) => a - b));
    expect([heights[0], heights[1], heights.at(-1)]).toEqual([0, 0, 1]);
    expect(heightOf(NOTHING)).toBe(UNRECORDED);
  });

  it('of several microphones are the louder, and what one of them has recorded', () => {
    expect([...louder([bytes([1, 40], [2, NOTHING]), bytes([1, 20], [1, 90])])]).toEqual([20, 90, NOTHING]);
    expect(louder([])).toHaveLength(0);
  });
});

describe('who speaks', () => {
  const [LOUD, QUIET] = [SPEECH, SPEECH + 1];
  const bridged = HANGOVER_MS / LEVEL_MS;
  it('is heard through the short silences between words, and not through long ones', () => {
    const through = speech(bytes([5, QUIET], [10, LOUD], [bridged, QUIET], [10, LOUD], [bridged + 1, QUIET], [10, LOUD]));
    const second = 500 + 2000 + HANGOVER_MS + (bridged + 1) * LEVEL_MS;
    expect(through).toEqual([{ fromMs: 500, toMs: 500 + 2000 + HANGOVER_MS }, { fromMs: second, toMs: second + 1000 }]);
  });

  it('is nobody where a chair is moved, nothing is recorded or all is silent', () => {
    expect(speech(bytes([20, QUIET], [LEAST_MS / LEVEL_MS - 1, 5], [20, QUIET], [20, NOTHING], [20, 127]))).toEqual([]);
    expect(speech(new Uint8Array())).toEqual([]);
  });
});

describe('levels from the server', () => {
  const asking = (answer: () => Response) => {
    const paths: string[] = [];
    return { paths, api: createApi((path) => { paths.push(path); return Promise.resolve(answer()); }, () => 'vi') };
  };

  it('are bytes, asked for by record and track', async () => {
    const { api, paths } = asking(() => new Response(bytes([2, 40], [1, NOTHING])));
    expect([...(await api.levels('a/b-01', '03-microphone'))!]).toEqual([40, 40, NOTHING]);
    expect(paths).toEqual(['/api/v1/records/a%2Fb-01/levels/03-microphone']);
  });

  it('are none where they are not kept, which is no error; what is refused is one', async () => {
    expect(await asking(() => new Response('{}', { status: 404 })).api.levels('a', 'b')).toBeUndefined();
    await expect(asking(() => new Response('{"code":"sign_in"}', { status: 401 })).api.levels('a', 'b')).rejects.toThrow('sign_in');
  });
});
