import { afterEach, describe, expect, it } from 'vitest';
import { ApiError, UNREACHABLE } from '../core/api';
import { setLanguage } from '../i18n';
import { fieldText, problemIn, told } from './problems';

const problem = { code: 'x', status: 400, title: 'T', detail: 'D', params: {} };

afterEach(() => { setLanguage('vi'); });

describe('a problem', () => {
  it('is told in the language of the screen, whatever the answer was written in', () => {
    const refused = { ...problem, code: 'wrong_login', title: 'Wrong name or password' };
    expect(told(refused).title).toBe('Sai tên đăng nhập hoặc mật khẩu');
    setLanguage('en');
    expect(told(refused).title).toBe('Wrong name or password');
  });

  it('has its technical detail behind a sentence that can be read', () => {
    const said = told({ ...problem, code: 'bad_request', detail: 'missing field `x`', params: { detail: 'missing field `x`' } });
    expect(said).toEqual({ title: 'Máy chủ không đọc được yêu cầu', detail: 'Tải lại trang rồi thử lại. Nếu vẫn vậy, báo cho kỹ thuật.', technical: 'missing field `x`' });
    const field = told({ ...problem, code: 'bad_field', params: { field: 'people[2].account', detail: 'no such account of this court' } });
    expect([field.detail, field.technical]).toEqual(['Tòa án này không có tài khoản đó.', 'people[2].account: no such account of this court']);
  });

  it('sends people to somebody whom they can reach', () => {
    const failed = { ...problem, code: 'internal' };
    expect(told(failed, true).detail).toContain('kỹ thuật');
    expect(told(failed, false).detail).toContain('thư ký');
    expect(told(failed, false).detail).not.toContain('kỹ thuật');
  });

  it('is a refusal of the hearing where it carries one', () => {
    expect(told({ ...problem, code: 'not_now', params: { state: 'closed' } }).title).toContain('Đã kết thúc');
  });

  it('is told in the server’s words where the client has none', () => {
    expect(told(problem)).toEqual({ title: 'T', detail: 'D', technical: '' });
    expect(told({ ...problem, detail: 'T' }).detail).toBe('');
  });

  it('is told in ours where the server was not reached or not understood', () => {
    expect(told({ ...problem, code: UNREACHABLE, title: '' }).title).not.toBe('');
    expect(told(problemIn(new TypeError('a fault of ours'))).detail).not.toBe('');
    expect(problemIn(new ApiError(problem))).toBe(problem);
  });
});

it('a field that no text is known for has the text of all', () => {
  expect(fieldText('points[3]')).not.toBe(fieldText('people[3].colour'));
  expect(fieldText('people[3].colour')).not.toBe('');
});

it('a field of an order is told apart from that of the plan with the same name', () => {
  expect(fieldText('screens[0].people')).not.toBe(fieldText('people'));
  expect(fieldText('people[1].with[0]')).not.toBe(fieldText('people[1].colour'));
});
