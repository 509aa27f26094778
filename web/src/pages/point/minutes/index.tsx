//! The minutes on a point's screen, after the session: whoever sits there taps their name and reads what is theirs. Nothing
//! is typed, and nothing scrolls.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Choice, PointReader } from '../../../core/readers';
import { t } from '../../../i18n';
import { clockTime, shortDay } from '../../../i18n/format';
import '../../../styles/kiosk-minutes.css';
import { words } from '../../../ui/minutes/words';
import { Icon } from '../../../ui/parts';
import { Frame } from '../frame';
import { useUntouched } from './kept';
import { Question, ShutButton } from './parts';
import { Read } from './read';

/** Buttons on one page without scrolling. */
const MOST = 6;

interface ChoosingProps<T> {
  title: string;
  question: string;
  help: string;
  all: readonly T[];
  button: (one: T, n: number) => JSX.Element;
  shut: () => void;
  left: number | null;
}

function Choosing<T>({ title, question, help, all, button, shut, left }: ChoosingProps<T>): JSX.Element {
  const text = words().point;
  const [page, setPage] = useState(0);
  const pages = Math.ceil(all.length / MOST);
  const foot = pages > 1 && (
    <>
      <button type="button" class="k-btn" disabled={page === 0} onClick={() => { setPage(page - 1); }}><Icon name="left" />{text.previous}</button>
      <button type="button" class="k-btn" disabled={page + 1 >= pages} onClick={() => { setPage(page + 1); }}>{text.next}<Icon name="right" /></button>
    </>
  );
  return (
    <Frame head={title} layout="choose" theme="paper" testid="point-minutes" perceived={<ShutButton shut={shut} />} foot={foot || undefined}>
      <div><Question>{question}</Question><p class="r28 ink-2" role="status">{left === null ? help : text.closing(left)}</p></div>
      <div class="k-choose-all">{all.slice(page * MOST, page * MOST + MOST).map((one, n) => button(one, page * MOST + n))}</div>
    </Frame>
  );
}

function dated({ began_utc_ms: began, zone }: Choice): string {
  return words().point.sittingAt(clockTime(began, zone, false), shortDay(began, zone));
}

function Who({ choice, choose, shut, left }: { choice: Choice; choose: (person: PointReader) => void; shut: () => void; left: number | null }): JSX.Element {
  const text = words().point;
  const until = choice.until_utc_ms === null ? '' : ` ${text.until(clockTime(choice.until_utc_ms, choice.zone, false), shortDay(choice.until_utc_ms, choice.zone))}`;
  return (
    <Choosing title={`${text.title} · ${dated(choice)}`} question={text.who} help={`${text.whoHelp}${until}`} all={choice.people} shut={shut} left={left}
      button={(person, n) => (
        <button key={person.person} type="button" class="k-btn k-name-btn" data-testid={`reader-${String(n)}`} onClick={() => { choose(person); }}>
          <span class="k-role">{t().roles[person.role]}</span><span>{person.name ?? t().unnamed}</span>
        </button>
      )} />
  );
}

interface MinutesProps {
  device: string;
  choices: readonly Choice[];
  shut: () => void;
}

export function KioskMinutes({ device, choices, shut }: MinutesProps): JSX.Element | null {
  const text = words().point;
  const [sitting, setSitting] = useState<Choice | null>(null);
  const [reader, setReader] = useState<PointReader | null>(null);
  const [listening, setListening] = useState(false);
  const left = useUntouched(listening, shut);
  const only = choices.length === 1 ? choices[0] ?? null : null;
  const choice = sitting ?? only;
  useEffect(() => { if (choice === null && choices.length === 0) shut(); }, [choice, choices]);
  if (choice === null) {
    return (
      <Choosing title={text.title} question={text.which} help={text.whoHelp} all={choices} shut={shut} left={left}
        button={(one, n) => <button key={`${one.hearing}.${String(one.sitting)}`} type="button" class="k-btn" data-testid={`sitting-${String(n)}`} onClick={() => { setSitting(one); }}>{dated(one)}</button>} />
    );
  }
  if (reader === null) return <Who choice={choice} shut={shut} left={left} choose={(person) => { setSitting(choice); setReader(person); }} />;
  return <Read key={reader.person} device={device} choice={choice} reader={reader} left={left} shut={shut} listening={setListening} />;
}
