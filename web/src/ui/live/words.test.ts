import { afterEach, expect, test } from 'vitest';
import { setLanguage } from '../../i18n';
import { troubleText } from './acts';
import { endedTitle, holdText, reasonText, refusalText, standardReason } from './words';

afterEach(() => { setLanguage('vi'); });

test('an act that was not done is told in the language that is read, not in that of the press', () => {
  const failure = { ok: false, refusal: { code: 'already_so' } } as const;
  expect(troubleText(failure, true)).toBe('Đã như vậy rồi.');
  setLanguage('en');
  expect(troubleText(failure, true)).toBe('It is so already.');
  expect(troubleText('offline', true)).toContain('The line is broken');
  expect([troubleText(null, true), troubleText({ ok: true }, true)]).toEqual([null, null]);
});

test('whoever cannot reach the administrator is told to call the clerk', () => {
  expect(refusalText({ code: 'ledger_fault' }, true)).toBe('Không ghi được sổ sự kiện. Báo người quản trị.');
  expect(refusalText({ code: 'ledger_fault' }, false)).toBe('Không ghi được sổ sự kiện. Gọi thư ký phiên tòa.');
  expect(refusalText({ code: 'cannot_record', detail: 'No space left on device', ledger: false }, true))
    .toBe('Không ghi được lên đĩa. Báo người quản trị. (Chi tiết kỹ thuật: No space left on device)');
});

test('only who was in has left', () => {
  expect(endedTitle({ code: 'seat_taken' }, false)).toBe('Không vào được phiên tòa');
  expect(endedTitle({ code: 'removed_by_court' }, true)).toBe('Đã rời phiên tòa');
  expect(endedTitle(null, false)).toBe('Đã rời phiên tòa');
});

test('a standard reason goes into the ledger in the court’s language and is read in the reader’s', () => {
  setLanguage('en');
  const written = standardReason('pauseReason');
  expect(written).toBe('Tạm nghỉ theo điều hành của chủ tọa');
  expect(reasonText(written)).toBe('Recess ordered by the presiding judge');
  expect(holdText({ type: 'pressed', reason: standardReason('holdReason') })).toBe('Held by the court');
  setLanguage('vi');
  // Ledgers written before have it in the language of the button.
  expect(reasonText('Recess ordered by the presiding judge')).toBe(written);
  expect(reasonText('mất tiếng')).toBe('mất tiếng');
});
