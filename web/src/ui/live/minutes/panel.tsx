//! The minutes at the clerk's desk: lines fill themselves in, the clerk types beside them. The note's time is when its
//! writing began.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { merged, type MinutesLine } from '../../../core/minutes';
import { clockTime } from '../../../i18n/format';
import type { View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import '../../../styles/minutes.css';
import { Dialog } from '../../dialog';
import { divides, textOf, words } from '../../minutes/words';
import { Button, SectionHead, TextField } from '../../parts';
import type { Acts } from '../acts';

interface PanelProps {
  session: Session;
  view: View;
  acts: Acts;
}

const MOST = 2000;

/** The lines as they are now: asked for when the view says that there is something new. */
function useLines(session: Session, revision: number | null): { lines: readonly MinutesLine[]; failed: boolean } {
  const [lines, setLines] = useState<readonly MinutesLine[]>([]);
  const [failed, setFailed] = useState(false);
  const known = useRef(0);
  useEffect(() => {
    if (revision === null) return undefined;
    let current = true;
    session.minutes(known.current).then(
      (news) => {
        if (!current) return;
        known.current = news.revision;
        setFailed(false);
        setLines((before) => merged(before, news.lines));
      },
      () => { if (current) setFailed(true); },
    );
    return () => { current = false; };
  }, [session, revision]);
  return { lines, failed };
}

function Line({ line, zone, own, onCorrect }: { line: MinutesLine; zone: string; own: boolean; onCorrect: () => void }): JSX.Element {
  const text = words();
  const says = textOf(line);
  return (
    <li class={divides(line) ? 'minutes-line divides' : `minutes-line${line.kind === 'note' ? '' : ' filled-in'}`} data-kind={line.kind}>
      <p class="minutes-hear"><time class="num">{clockTime(line.utc_ms, zone)}</time><span>{says}{line.first !== undefined && line.first !== null && <span class="meta"> ({text.corrected})</span>}</span></p>
      {own && line.kind === 'note' && <Button kind="text" size="sm" aria-label={text.correctOf(says)} testid={`note-correct-${String(line.note)}`} onClick={onCorrect}>{text.correct}</Button>}
    </li>
  );
}

function Correct({ line, acts, close }: { line: MinutesLine; acts: Acts; close: () => void }): JSX.Element {
  const text = words();
  const [value, setValue] = useState(line.text ?? '');
  const save = async (): Promise<void> => {
    if (await acts.give({ type: 'correct_note', note: line.note ?? 0, text: value })) close();
  };
  return (
    <Dialog title={text.correctTitle} act={text.save} back={text.cancel} disabled={value.trim() === ''} testid="note-dialog" onAct={() => void save()} onBack={close}>
      <TextField label={text.note} value={value} onValue={setValue} maxLength={MOST} testid="note-corrected" />
      {acts.trouble.value !== null && <p class="fault body" role="alert">{acts.trouble.value}</p>}
    </Dialog>
  );
}

export function MinutesPanel({ session, view, acts }: PanelProps): JSX.Element | null {
  const text = words();
  const { lines, failed } = useLines(session, view.minutes);
  const [draft, setDraft] = useState('');
  const [correcting, setCorrecting] = useState<MinutesLine | null>(null);
  const begun = useRef<number | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLOListElement>(null);
  const writes = view.acts.includes('note');
  useEffect(() => {
    // The desk begins here, unless somebody is somewhere already.
    if (writes && document.activeElement === document.body) field.current?.focus({ preventScroll: true });
  }, [writes]);
  useEffect(() => {
    const box = list.current;
    if (box) box.scrollTop = box.scrollHeight;
  }, [lines.length]);
  if (view.minutes === null) return null;
  const type = (value: string): void => {
    begun.current = value.trim() === '' ? null : begun.current ?? performance.now();
    setDraft(value);
  };
  const write = async (): Promise<void> => {
    if (draft.trim() === '') return;
    const ago = begun.current === null ? 0 : Math.round(performance.now() - begun.current);
    if (!(await acts.give({ type: 'note', text: draft, ago_ms: ago }))) return;
    type('');
    field.current?.focus();
  };
  return (
    <section class="minutes-panel" aria-label={text.title} data-testid="minutes">
      <SectionHead title={text.title}>{text.how}</SectionHead>
      <ol class="minutes-lines" ref={list} tabIndex={0} aria-label={text.title}>
        {lines.length === 0 && <li class="body ink-2">{text.empty}</li>}
        {lines.map((line) => <Line key={line.n} line={line} zone={view.hearing.zone} own={writes} onCorrect={() => { setCorrecting(line); }} />)}
      </ol>
      {failed && <p class="fault body" role="alert">{text.notLoaded}</p>}
      {writes && (
        <form class="minutes-write" onSubmit={(event) => { event.preventDefault(); void write(); }}>
          <input ref={field} class="input" aria-label={text.note} value={draft} maxLength={MOST} autocomplete="off" data-testid="note" onInput={(event) => { type(event.currentTarget.value); }} />
          <Button kind="act" type="submit" testid="note-write">{text.write}</Button>
        </form>
      )}
      {correcting && <Correct line={correcting} acts={acts} close={() => { setCorrecting(null); }} />}
    </section>
  );
}
