//! The draft as a sheet of paper: the template of the procedure, what was filled in marked.

import type { JSX } from 'preact';
import type { Draft, Piece } from '../../../core/suspension';
import { words } from './words';

const plain = (line: readonly Piece[]): string => line.map(({ text }) => text).join('');

/** `reason` stands where the cause goes: it is written while the paper is read. */
export function Paper({ draft, court, reason }: { draft: Draft; court: string; reason: string }): JSX.Element {
  const text = words();
  const [first, ...rest] = draft;
  const headed = first !== undefined && plain(first) === court;
  const lines = headed ? rest : draft;
  return (
    <article class="sheet" aria-label={text.draft} data-testid="draft">
      {headed && <div class="two"><p><b>{court}</b></p><p><b>{text.motto[0]}</b><br /><b class="motto">{text.motto[1]}</b></p></div>}
      {lines.map((line, n) => {
        const pieces = line.map((piece, k) => (piece.place === undefined ? piece.text : <mark key={k}>{piece.place === 'cause' ? reason || '…' : piece.text}</mark>));
        return n === 0 ? <h3 key={n}>{pieces}</h3> : <p key={n}>{pieces}</p>;
      })}
      <p class="meta">{text.signElsewhere}</p>
    </article>
  );
}
