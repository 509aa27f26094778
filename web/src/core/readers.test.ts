import { expect, test } from 'vitest';
import { view } from './fixtures';
import type { MinutesLine, MinutesRequest } from './minutes';
import { attend, attended, choicesOf, closesIn, forget, hasBegun, isCalm, isPast, itemsOf, paged, pageOf, pieces, type Readers, UNTOUCHED_MS } from './readers';

function store(text: string | null = null): { getItem: () => string | null; setItem: (key: string, value: string) => void } {
  let kept = text;
  return { getItem: () => kept, setItem: (_key, value) => { kept = value; } };
}

const HOUR = 3_600_000;

test('the device keeps the hearings it was in, for as long as they may be read', () => {
  const kept = store();
  expect(attended(kept, 0)).toEqual([]);
  attend(kept, 'a', 0);
  attend(kept, 'b', HOUR);
  attend(kept, 'a', 2 * HOUR);
  expect(attended(kept, 3 * HOUR)).toEqual(['a', 'b']);
  expect(attended(kept, 49.5 * HOUR)).toEqual(['a']);
  forget(kept, 'a');
  expect(attended(kept, 3 * HOUR)).toEqual(['b']);
  for (let n = 0; n < 20; n++) attend(kept, `c${String(n)}`, 4 * HOUR + n);
  expect(attended(kept, 5 * HOUR)).toHaveLength(8);
  expect(attended(kept, 5 * HOUR)[0]).toBe('c19');
  for (const broken of ['x', '[1]', 'null', '{"a":"x"}']) expect(attended(store(broken), 0), broken).toEqual([]);
  expect(['no_longer_read', 'not_found', 'not_now', 'not_sealed_yet', 'unreachable'].map(isPast)).toEqual([true, true, false, false, false]);
});

test('what may be read here: every sitting that somebody may, the last first', () => {
  const people = [{ person: 'p', name: 'An', role: 'defendant' as const }];
  const one = (sitting: number, began: number, who = people): Readers['sittings'][number] => ({ sitting, began_utc_ms: began, until_utc_ms: null, people: who });
  const all = choicesOf([['a', { zone: 'UTC', sealing: false, sittings: [one(2, 50), one(1, 10)] }], ['b', { zone: 'UTC', sealing: true, sittings: [one(1, 30), one(2, 60, [])] }]]);
  expect(all.map(({ hearing, sitting }) => `${hearing}${String(sitting)}`)).toEqual(['a2', 'b1', 'a1']);
});

test('reading waits for the court: no session and no private talk is kept from the room', () => {
  const states = ['scheduled', 'waiting', 'in_session', 'held', 'paused', 'suspended', 'postponed', 'closed'] as const;
  const at = (state: (typeof states)[number]): ReturnType<typeof view> => { const one = view({}); return { ...one, session: { ...one.session, state } }; };
  expect(states.filter((state) => isCalm(at(state)))).toEqual(['scheduled', 'waiting', 'suspended', 'postponed', 'closed']);
  expect(states.filter((state) => hasBegun(at(state)))).toEqual(['in_session', 'held', 'paused', 'suspended', 'postponed', 'closed']);
  expect(isCalm(null)).toBe(true);
  const waiting = at('waiting');
  const mine = { id: 1, kind: 'consultation', locked: false } as unknown as NonNullable<ReturnType<typeof view>['rooms']['mine']>;
  expect(isCalm({ ...waiting, rooms: { ...waiting.rooms, mine } })).toBe(false);
});

function line(n: number, vi: string, requests: readonly MinutesRequest[] = []): MinutesLine {
  return { n, ms: n, utc_ms: n, to_utc_ms: null, kind: 'note', revision: n, vi, en: vi, phase_vi: null, phase_en: null, requests };
}

test('a long line goes over several pieces, and nothing of it is lost', () => {
  expect(pieces('ngắn')).toEqual(['ngắn']);
  const long = Array.from({ length: 300 }, (_, n) => `từ${String(n)}`).join(' ');
  const cut = pieces(long, 100);
  expect(cut.join(' ')).toBe(long);
  expect(Math.max(...cut.map((piece) => piece.length))).toBeLessThanOrEqual(100);
  expect(pieces('x'.repeat(250), 100).map((piece) => piece.length)).toEqual([100, 100, 50]);
});

test('what was asked and answered stands below its line, with the day where it changes', () => {
  const request = { number: 4, text: 'sửa' } as MinutesRequest;
  const items = itemsOf([line(1, 'một'), line(2, 'hai '.repeat(200).trim(), [request]), line(3, 'ba')], {
    line: ({ vi }) => vi, asked: ({ text }) => text, days: new Map([[2, 'mai']]),
  });
  expect(items.map(({ kind, line: { n } }) => `${kind}${String(n)}`)).toEqual(['line1', 'line2', 'more2', 'asked2', 'line3']);
  expect(items.map(({ day }) => day)).toEqual([undefined, 'mai', undefined, undefined, undefined]);
  expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
});

test('pages hold what fits, in order, and everything once', () => {
  expect(paged([], 100)).toEqual([[0, 0]]);
  expect(paged([40, 40, 40, 40, 40], 100)).toEqual([[0, 2], [2, 4], [4, 5]]);
  expect(paged([300, 20, 80, 1], 100)).toEqual([[0, 1], [1, 3], [3, 4]]);
  const pages = paged([40, 40, 40, 40, 40], 100);
  expect([0, 1, 2, 4, 9].map((item) => pageOf(pages, item))).toEqual([0, 0, 1, 2, 0]);
});

test('untouched, the minutes close by themselves, and say so before', () => {
  expect(closesIn(0, UNTOUCHED_MS - 31_000, false)).toBeNull();
  expect(closesIn(0, UNTOUCHED_MS - 30_000, false)).toBe(30);
  expect(closesIn(0, UNTOUCHED_MS - 200, false)).toBe(1);
  expect(closesIn(0, UNTOUCHED_MS, false)).toBe(0);
  expect(closesIn(0, UNTOUCHED_MS * 2, true), 'whoever listens reads').toBeNull();
});
