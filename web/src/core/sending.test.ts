import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { DeviceKind, Refusal } from '../protocol/generated/signal';
import { FIRST } from './again';
import { FakePeer } from './fixtures';
import { Sending } from './sending';
import { APART, LOOK_EVERY, PATIENCE } from './way';

const microphone = (id = 1): ReadonlyMap<DeviceKind, MediaStreamTrack> => new Map([['microphone', { kind: 'audio', id } as unknown as MediaStreamTrack]]);

function set() {
  const { made, connect } = FakePeer.all();
  const seen = { offers: [] as string[], refused: [] as (Refusal | null)[], unpublished: [] as DeviceKind[][], linked: true };
  const sending = new Sending({
    offer: ({ sdp }) => {
      if (!seen.linked) return null;
      return seen.offers.push(sdp);
    },
    unpublish: (devices) => { seen.unpublished.push(devices); },
    state: () => undefined,
    refused: (refusal) => { seen.refused.push(refusal); },
  }, connect);
  const later = (millis = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(millis);
  return { sending, made, seen, later };
}

describe('sending', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  test('offers its devices and takes the answer to its own offer only', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    expect(seen.offers).toEqual(['offer of 1']);
    expect([sending.answered(9, 'x'), sending.answered(1, 'yes')]).toEqual([false, true]);
    await later();
    expect(made[0]!.remote).toEqual(['yes']);
    sending.send(microphone(2));
    await later(60_000);
    expect(seen.offers.length, 'another microphone needs no offer').toBe(1);
  });

  test('layers that are of use to nobody rest, and a browser that cannot change them goes on', async () => {
    const { sending, made, seen, later } = set();
    sending.use('camera1', ['q']);
    sending.send(microphone());
    await later();
    sending.use('microphone', ['q', 'f']);
    await later();
    expect(made[0]!.active).toEqual(['q', 'f']);
    made[0]!.fail = 'no';
    sending.use('microphone', ['q']);
    sending.use('camera2', ['q']);
    await later(60_000);
    expect([made[0]!.active, seen.offers.length]).toEqual([['q', 'f'], 1]);
  });

  test('an answer that cannot be taken, or a device that cannot be changed, leads to another try', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    made[0]!.fail = 'no';
    sending.answered(1, 'x');
    await later(FIRST);
    expect(seen.offers).toEqual(['offer of 1', 'offer of 2']);
    made[1]!.becomes('connected');
    made[1]!.fail = 'no';
    sending.send(microphone(2));
    await later(FIRST);
    expect(seen.offers.at(-1)).toBe('offer of 3');
  });

  test('an offer that cannot be made leads to another try', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    made[0]!.gate = Promise.reject(new Error('no'));
    await later();
    expect(seen.offers).toEqual([]);
    await later(FIRST);
    expect(seen.offers).toEqual(['offer of 2']);
  });

  test('a refusal that passes is tried again, another waits until the devices change', async () => {
    const { sending, seen, later } = set();
    sending.send(microphone());
    await later();
    expect(sending.refused(1, { code: 'ledger_fault' })).toBe(true);
    await later(FIRST);
    expect(seen.offers.length).toBe(2);
    expect(sending.refused(2, { code: 'not_your_act' })).toBe(true);
    await later(60_000);
    expect([seen.offers.length, seen.refused.at(-1)]).toEqual([2, { code: 'not_your_act' }]);
    sending.send(microphone(2));
    await later();
    expect(seen.offers.length).toBe(3);
  });

  test('a new connection is offered everything anew, once, whatever was planned before', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.lost();
    sending.reset();
    sending.send(microphone());
    await later(60_000);
    expect(seen.offers).toEqual(['offer of 1', 'offer of 2']);
    expect([made[0]!.closed, made[1]!.closed, sending.answered(1, 'late')]).toEqual([true, false, false]);
  });

  test('a broken link is no time for another try', async () => {
    const { sending, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.lost();
    sending.pause();
    await later(60_000);
    expect(seen.offers.length).toBe(1);
  });

  test('without a link nothing is waited for', async () => {
    const { sending, seen, later } = set();
    seen.linked = false;
    sending.send(microphone());
    await later(60_000);
    seen.linked = true;
    sending.reset();
    sending.send(microphone());
    await later();
    expect(seen.offers).toEqual(['offer of 2']);
  });

  test('what is sent no more is said', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.send(new Map());
    expect([seen.unpublished, made[0]!.closed]).toEqual([[['microphone']], true]);
  });

  test('a transport that falters is offered anew with new credentials, and what is sent goes on', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.answered(1, 'yes');
    await later();
    made[0]!.becomes('connected');
    made[0]!.becomes('disconnected');
    await later();
    expect(made[0]!.offers).toEqual([undefined, { iceRestart: true }]);
    expect(seen.offers).toEqual(['offer of 1', 'offer 2 of 1']);
    expect(sending.answered(2, 'again')).toBe(true);
    await later();
    made[0]!.becomes('connected');
    await later(60_000);
    expect([made.length, made[0]!.closed, made[0]!.remote]).toEqual([1, false, ['yes', 'again']]);
  });

  test('a restart waits for no answer that is under way, and one that does not help ends in a new transport', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.answered(1, 'yes');
    await later();
    made[0]!.becomes('connected');
    sending.changed();
    await later(APART);
    expect(seen.offers.length).toBe(2);
    made[0]!.becomes('failed');
    await later();
    expect(seen.offers.length, 'the answer to the last one is awaited').toBe(2);
    await later(PATIENCE + FIRST);
    expect([seen.offers.at(-1), made[0]!.closed]).toEqual(['offer of 2', true]);
  });

  test('over a relay UDP is looked for each minute', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.answered(1, 'yes');
    await later();
    made[0]!.road = 'relay';
    made[0]!.becomes('connected');
    await later(LOOK_EVERY);
    expect(seen.offers).toEqual(['offer of 1', 'offer 2 of 1']);
    sending.answered(2, 'yes');
    made[0]!.road = 'udp';
    await later(5 * LOOK_EVERY);
    expect(seen.offers.length).toBe(2);
  });
});

describe('what is played', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  const both = (): ReadonlyMap<DeviceKind, MediaStreamTrack> => new Map([...microphone(), ['played_sound', { kind: 'audio', id: 9 } as unknown as MediaStreamTrack]]);

  test('comes and goes by another offer of the same transport', async () => {
    const { sending, made, seen, later } = set();
    sending.send(microphone());
    await later();
    sending.answered(1, 'yes');
    await later();
    sending.send(both());
    await later();
    expect(seen.offers).toEqual(['offer of 1', 'offer 2 of 1']);
    sending.send(microphone());
    await later();
    expect(seen.offers.length, 'not before the answer').toBe(2);
    sending.answered(2, 'yes');
    await later();
    expect(seen.offers.length).toBe(3);
    sending.answered(3, 'yes');
    await later();
    sending.send(both());
    await later();
    expect([made.length, made[0]!.added.length, seen.offers.length], 'the section is used again').toEqual([1, 2, 4]);
    expect(made[0]!.closed).toBe(false);
  });

  test('is left out when leave to present has ended meanwhile, and the voice goes on', async () => {
    const { sending, seen, made, later } = set();
    sending.send(microphone());
    await later();
    sending.answered(1, 'yes');
    await later();
    sending.send(both());
    await later();
    sending.refused(2, { code: 'not_presenting' });
    await later(FIRST);
    expect([seen.offers.at(-1), made[1]!.added.length]).toEqual(['offer of 2', 1]);
  });
});
