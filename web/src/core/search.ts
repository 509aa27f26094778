//! Search without diacritics, as the server does it: what in a text the words of a query have found.

/** Lower case without marks; `đ` is `d`. One character stays one character, so that places in the text agree. */
export function folded(text: string): string {
  return [...text.normalize('NFC')]
    .map((letter) => {
      const plain = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace('đ', 'd');
      return plain.length === letter.length ? plain : letter.toLowerCase().slice(0, letter.length);
    })
    .join('');
}

export function wordsOf(query: string): readonly string[] {
  return folded(query).split(/\s+/).filter((word) => word !== '');
}

export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

/** The text in pieces, those that a word of the query begins or fills marked. */
export function pieces(text: string, query: string): readonly Piece[] {
  const whole = text.normalize('NFC');
  const plain = folded(whole);
  const found = new Array<boolean>(whole.length).fill(false);
  for (const word of wordsOf(query)) {
    for (let at = plain.indexOf(word); at !== -1; at = plain.indexOf(word, at + word.length)) found.fill(true, at, at + word.length);
  }
  const out: { text: string; found: boolean }[] = [];
  for (let at = 0; at < whole.length; at++) {
    const last = out.at(-1);
    const is = found[at] === true;
    if (last !== undefined && last.found === is) last.text += whole[at] ?? '';
    else out.push({ text: whole[at] ?? '', found: is });
  }
  return out;
}
