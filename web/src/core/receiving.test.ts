import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Leg } from '../protocol/generated/signal';
import { FIRST } from './again';
import { FakePeer } from './fixtures';
import { Receiving } from './receiving';
import { APART, LOOK_EVERY, PATIENCE } from './way';

const offerOf = (session: number, sections = 1): string => `v=0\no=- ${session} 1 IN IP4 127.0.0.1\n${'m=video\n'.repeat(sections)}`;
const legs = (...tracks: (string | null)[]): Leg[] => tracks.map((track, mid) => ({ mid: String(mid), track }));

function set() {
  const { made, connect } = FakePeer.all();
  const seen = { asked: 0, sealed: [] as boolean[], restarts: 0, answers: [] as [number, string][], tracks: [] as Record<string, unknown>[] };
  const receiving = new Receiving({
    receive: (sealed) => { seen.asked += 1; seen.sealed.push(sealed); },
    restart: () => { seen.restarts += 1; },
    answer: (offer, sdp) => { seen.answers.push([offer, sdp]); },
    tracks: (tracks) => { seen.tracks.push(Object.fromEntries(tracks)); },
    state: () => undefined,
  }, connect);
  return { receiving, made, seen };
}

describe('receiving', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('answers offers and shows what the legs carry, also when only that changes', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7, 2), legs('01-camera1', null));
    await receiving.take(1, null, legs('01-camera1', '02-camera1'));
    expect(seen.answers).toEqual([[1, 'answer of 1']]);
    expect(seen.tracks.at(-1)).toEqual({ '01-camera1': 'media 0 of 1', '02-camera1': 'media 1 of 1' });
    expect(made.length).toBe(1);
  });

  test('says whether what arrives is decrypted, each time anew', () => {
    const { receiving, seen } = set();
    receiving.open();
    receiving.seal(() => undefined);
    receiving.seal(null);
    expect(seen.sealed).toEqual([false, true, false]);
  });

  test('an offer that cannot be taken leads to a new transport', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7), legs('01-camera1'));
    made[0]!.fail = 'no';
    await receiving.take(2, offerOf(7, 2), legs('01-camera1', '02-camera1'));
    expect(seen.asked).toBe(1);
    vi.advanceTimersByTime(FIRST);
    expect(seen.asked).toBe(2);
    await receiving.take(3, offerOf(8, 2), legs('01-camera1', '02-camera1'));
    expect(seen.answers.at(-1)).toEqual([3, 'answer of 2']);
    expect(seen.tracks.at(-1)).toEqual({ '01-camera1': 'media 0 of 2', '02-camera1': 'media 1 of 2' });
  });

  test('an answer that the server refuses leads to a new transport, and so does a refusal to give one', () => {
    for (const refusal of [{ code: 'bad_sdp', detail: 'x' }, { code: 'media_fault' }, { code: 'ledger_fault' }] as const) {
      const { receiving, seen } = set();
      receiving.open();
      receiving.refused(refusal);
      receiving.refused(refusal);
      vi.advanceTimersByTime(60_000);
      expect(seen.asked, refusal.code).toBe(2);
    }
    const { receiving, seen } = set();
    receiving.open();
    receiving.refused({ code: 'bad_message', detail: 'of something else' });
    vi.advanceTimersByTime(60_000);
    expect(seen.asked).toBe(1);
  });

  test('several causes are one try, and it is not tried in a storm', () => {
    const { receiving, seen } = set();
    receiving.open();
    for (let n = 0; n < 60; n++) {
      receiving.lost();
      receiving.refused({ code: 'media_fault' });
      vi.advanceTimersByTime(1000);
    }
    expect(seen.asked).toBeGreaterThan(5);
    expect(seen.asked).toBeLessThan(15);
  });

  test('a try that was planned does not break what was asked for meanwhile, nor is it made while there is no link', () => {
    for (const broken of [false, true]) {
      const { receiving, seen } = set();
      receiving.open();
      receiving.lost();
      if (broken) {
        receiving.pause();
        vi.advanceTimersByTime(60_000);
        expect(seen.asked).toBe(1);
      }
      receiving.open();
      vi.advanceTimersByTime(60_000);
      expect(seen.asked).toBe(2);
    }
  });

  test('an offer that is under way when the connection is new is neither answered nor shown', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7), legs(null));
    let go: () => void = () => undefined;
    made[0]!.gate = new Promise((resolve) => { go = resolve; });
    const late = receiving.take(2, offerOf(7), legs('01-camera1'));
    receiving.open();
    const shown = seen.tracks.length;
    await receiving.take(3, offerOf(8), legs('02-camera1'));
    go();
    await late;
    vi.advanceTimersByTime(60_000);
    expect(seen.answers).toEqual([[1, 'answer of 1'], [3, 'answer of 2']]);
    expect(seen.tracks.slice(shown)).toEqual([{ '02-camera1': 'media 0 of 2' }]);
    expect([made[0]!.closed, made[1]!.closed, seen.asked]).toEqual([true, false, 2]);
  });

  test('what an offer of the former transport began is not gone on with', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    // On its way when the new transport was asked for: it still comes, and after it the new one's.
    await receiving.take(4, offerOf(7, 3), legs('01-camera1', null, null));
    await receiving.take(5, offerOf(8), legs('01-camera1'));
    expect([made.length, made[0]!.closed, made[1]!.remote]).toEqual([2, true, [offerOf(8)]]);
    expect(seen.answers.at(-1)).toEqual([5, 'answer of 2']);
    expect(seen.tracks.at(-1)).toEqual({ '01-camera1': 'media 0 of 2' });
    made[0]!.becomes('failed');
    vi.advanceTimersByTime(60_000);
    expect(seen.asked, 'the former connection says nothing any more').toBe(1);
  });

  test('a transport that failed is asked for anew, and none after the end', () => {
    const { receiving, made, seen } = set();
    receiving.open();
    void receiving.take(1, offerOf(7), legs(null));
    return vi.advanceTimersByTimeAsync(0).then(() => {
      made[0]!.becomes('failed');
      vi.advanceTimersByTime(FIRST);
      expect(seen.asked).toBe(2);
      receiving.lost();
      receiving.close();
      receiving.lost();
      vi.advanceTimersByTime(60_000);
      expect(seen.asked).toBe(2);
    });
  });

  test('a transport that falters, or whose network changed, is offered anew on the same connection', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7), legs('01-camera1'));
    made[0]!.becomes('connected');
    made[0]!.becomes('disconnected');
    expect([seen.restarts, seen.asked]).toEqual([1, 1]);
    await receiving.take(2, offerOf(7), legs('01-camera1'));
    made[0]!.becomes('connected');
    await vi.advanceTimersByTimeAsync(APART);
    receiving.changed();
    await receiving.take(3, offerOf(7), legs('01-camera1'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect([seen.restarts, seen.asked, made.length, made[0]!.closed]).toEqual([2, 1, 1, false]);
    expect(seen.answers.map(([offer]) => offer)).toEqual([1, 2, 3]);
    expect(seen.tracks.at(-1), 'the same media').toEqual({ '01-camera1': 'media 0 of 1' });
  });

  test('a transport that a restart does not mend is asked for anew', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7), legs('01-camera1'));
    made[0]!.becomes('connected');
    made[0]!.becomes('disconnected');
    made[0]!.becomes('failed');
    await vi.advanceTimersByTimeAsync(PATIENCE + FIRST);
    expect(seen.asked).toBe(2);
  });

  test('over TCP another way is looked for each minute, and media go on meanwhile', async () => {
    const { receiving, made, seen } = set();
    receiving.open();
    await receiving.take(1, offerOf(7), legs('01-camera1'));
    made[0]!.road = 'tcp';
    made[0]!.becomes('connected');
    await vi.advanceTimersByTimeAsync(2 * LOOK_EVERY);
    expect([seen.restarts, seen.asked, made[0]!.closed]).toEqual([2, 1, false]);
    receiving.pause();
    await vi.advanceTimersByTimeAsync(2 * LOOK_EVERY);
    expect(seen.restarts, 'without a link nobody can be asked').toBe(2);
  });
});
