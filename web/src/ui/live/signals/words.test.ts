import { afterEach, expect, test } from 'vitest';
import { person, point, seat, view } from '../../../core/fixtures';
import { setLanguage } from '../../../i18n';
import { answerRead, offer, reasonRead, reasons, sender } from './words';

afterEach(() => { setLanguage('vi'); });

test('a reason at hand is written in the court’s language and read in the reader’s', () => {
  setLanguage('en');
  const [, recess] = reasons();
  expect(recess).toEqual({ written: 'Khi phiên tòa tạm nghỉ', read: 'At the recess' });
  expect(reasonRead('Khi phiên tòa tạm nghỉ')).toBe('At the recess');
  expect(answerRead('want_lawyer', { answer: 'not_now', text: 'chờ một chút', at_ms: 0 })).toEqual({ text: 'The court answers later', reason: 'chờ một chút' });
});

test('a signal is told with whose it is, or with its place until somebody is named', () => {
  const room = point(5, 'detention', [], { people: [person('A', 'defendant', { id: 'a' }), person('B', 'defendant', { id: 'b' })] });
  const shown = view({ seats: [room, seat(6, 'counsel', { people: [person('L', 'counsel', { id: 'l' })] })] });
  const signal = { id: 1, seat: 5, person: null, kind: 'cannot_hear' as const, since_ms: 0, answer: null };
  expect(sender(shown, signal)).toEqual({ who: 'P5, chưa nêu tên', defendant: false });
  expect(sender(shown, { ...signal, person: 'a' })).toEqual({ who: 'Bị cáo A', defendant: true });
  expect(sender(shown, { ...signal, seat: 6 })).toEqual({ who: 'Người bào chữa L', defendant: false });
  expect([offer('cannot_hear', true), offer('cannot_hear', false), offer('hear_again', true)]).toEqual(['Cho bị cáo nói', 'Cho nói', 'Cho nghe lại']);
});
