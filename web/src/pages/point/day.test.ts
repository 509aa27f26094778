import { expect, test } from 'vitest';
import type { Docket } from '../../core/api';
import { later } from './day';

const docket: Docket = {
  zone: 'Asia/Ho_Chi_Minh',
  hearings: [
    { id: 'c', starts: '2026-11-25T15:30:00+07:00', state: 'scheduled' },
    { id: 'a', starts: '2026-11-25T08:00:00+07:00', state: 'in_session' },
    { id: 'b', starts: '2026-11-25T06:30:00Z', state: 'waiting' },
    { id: 'd', starts: '2026-11-25T16:30:00+07:00', state: 'paused' },
  ],
};

test('what comes next is later than this one and has not begun, whatever the offset it is written in', () => {
  const at = (time: string): number => Date.parse(`2026-11-25T${time}:00+07:00`);
  expect(later(docket, '2026-11-25T08:00:00+07:00')).toEqual([at('13:30'), at('15:30')]);
  expect(later(docket, '2026-11-25T13:30:00+07:00')).toEqual([at('15:30')]);
  expect(later(docket, undefined)).toEqual([at('13:30'), at('15:30')]);
  expect(later(undefined, undefined)).toEqual([]);
});
