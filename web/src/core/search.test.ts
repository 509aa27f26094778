import { describe, expect, it } from 'vitest';
import { folded, pieces, wordsOf } from './search';

const found = (text: string, query: string) => pieces(text, query).filter((piece) => piece.found).map((piece) => piece.text);

describe('search without diacritics', () => {
  it('folds every Vietnamese letter and đ', () => {
    expect(folded('Đặng Ngọc Diệp, ƯỚC')).toBe('dang ngoc diep, uoc');
  });

  it('keeps every place of the text, whatever its normal form', () => {
    const decomposed = 'Nguyễn'.normalize('NFD');
    expect(folded(decomposed)).toBe('nguyen');
    expect(pieces(decomposed, '').map((piece) => piece.text).join('')).toBe('Nguyễn');
    expect(folded('İX').length).toBe('İX'.length);
  });

  it('marks what the words found, with their marks', () => {
    expect(found('Người làm chứng Ma Đình Tú bán hộ xe máy', 'ma dinh tu ban xe')).toEqual(['Ma', 'Đình', 'Tú', 'bán', 'xe', 'má']);
    expect(found('45/2026/TLST-HS', '45/2026')).toEqual(['45/2026']);
  });

  it('marks nothing without words', () => {
    expect(found('abc', '  ')).toEqual([]);
    expect(wordsOf('  ')).toEqual([]);
  });

  it('joins words that touch', () => {
    expect(found('abcd', 'ab cd')).toEqual(['abcd']);
  });
});
