import { expect, test } from 'vitest';
import { Commands } from './commands';

const MUTE = { type: 'mute', seat: 3 } as const;

test('each command gets its own answer, in whatever order they come', async () => {
  const commands = new Commands();
  const sent: number[] = [];
  const send = (id: number): boolean => { sent.push(id); return true; };
  const first = commands.give(MUTE, send);
  const second = commands.give({ type: 'resume', reason: null }, send);
  commands.settle(sent[1]!, { ok: false, refusal: { code: 'not_now', state: 'closed' } });
  commands.settle(sent[0]!, { ok: true });
  expect(await first).toEqual({ ok: true });
  expect(await second).toEqual({ ok: false, refusal: { code: 'not_now', state: 'closed' } });
});

test('without a link a command fails at once and without a reason of the court', async () => {
  expect(await new Commands().give(MUTE, () => false)).toEqual({ ok: false, refusal: null });
});

test('when the link breaks nobody waits for ever', async () => {
  const commands = new Commands();
  const waiting = commands.give(MUTE, () => true);
  commands.abandon();
  expect(await waiting).toEqual({ ok: false, refusal: null });
});

test('an answer to nobody, or a second one, is not taken', async () => {
  const commands = new Commands();
  let id = 0;
  const waiting = commands.give(MUTE, (given) => { id = given; return true; });
  expect(commands.settle(99, { ok: true })).toBe(false);
  expect(commands.settle(id, { ok: true })).toBe(true);
  expect(commands.settle(id, { ok: false, refusal: null })).toBe(false);
  expect(await waiting).toEqual({ ok: true });
  expect(commands.mint()).toBeGreaterThan(id);
});
