import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { GIVEN_UP, type Socket } from '../link';
import { FOUND_OUT_AFTER, Line } from './line';

class FakeWire implements Socket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  onerror: (() => void) | null = null;
  readonly sent: string[] = [];
  readonly closed: (number | undefined)[] = [];
  send(text: string): void { this.sent.push(text); }
  close(code?: number): void { this.closed.push(code); }
}

let wires: FakeWire[];
let line: Line;
beforeEach(() => {
  vi.useFakeTimers();
  wires = [];
  line = new Line(() => {
    const wire = new FakeWire();
    wires.push(wire);
    return wire;
  });
});
afterEach(() => vi.useRealTimers());

test('a whole line passes everything on, and a good-bye', () => {
  const socket = line.connect();
  const heard: unknown[] = [];
  socket.onmessage = ({ data }) => heard.push(data);
  wires[0]!.onmessage?.({ data: 'welcome' });
  socket.send('ping');
  socket.close();
  expect([heard, wires[0]!.sent, wires[0]!.closed]).toEqual([['welcome'], ['ping'], [undefined]]);
});

test('a cut line says nothing, not even that it is over; the server finds out in its time', () => {
  const socket = line.connect();
  const heard: unknown[] = [];
  socket.onmessage = ({ data }) => heard.push(data);
  line.cut();
  wires[0]!.onmessage?.({ data: 'pong' });
  socket.send('bye');
  socket.close();
  vi.advanceTimersByTime(FOUND_OUT_AFTER - 1);
  expect([heard, wires[0]!.sent, wires[0]!.closed]).toEqual([[], [], []]);
  vi.advanceTimersByTime(1);
  expect(wires[0]!.closed).toEqual([GIVEN_UP]);
});

test('while it is cut no link comes about; mended, a new one does and the old one stays dead', () => {
  const old = line.connect();
  line.cut();
  line.connect().send('hello');
  expect(wires).toHaveLength(1);
  line.mend();
  old.send('late');
  expect(wires[0]!.sent).toEqual([]);
  line.connect().send('resume');
  expect(wires[1]!.sent).toEqual(['resume']);
});
