//! One person's minutes on a point's screen: pages with large type, a line is pressed to hear it, a change is asked for by
//! a reason, and the court's answer stands below the line.

import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Problem } from '../../../core/api';
import { agree, ask, newDays, type ReadingKey, REASONS, type Reason, soundOf } from '../../../core/minutes';
import { type Choice, type Item, itemsOf, pageOf, type PointReader } from '../../../core/readers';
import { language, t } from '../../../i18n';
import { clockTime, shortDay } from '../../../i18n/format';
import { useSound } from '../../../ui/minutes/sound';
import { askedText, divides, ruledText, textOf, words } from '../../../ui/minutes/words';
import { Icon } from '../../../ui/parts';
import { useRehearsal } from '../../../ui/rehearsal';
import { problemIn, told } from '../../../ui/problems';
import { Frame } from '../frame';
import { type Paged, type Reading, usePages, useReading } from './kept';
import { nameOf, Question, ShutButton } from './parts';

interface ReadProps {
  device: string;
  choice: Choice;
  reader: PointReader;
  /** Seconds until the minutes close by themselves, once that is told. */
  left: number | null;
  shut: () => void;
  listening: (yes: boolean) => void;
}

/** How long what has just been done is told, in ms. */
const NEWS_MS = 15_000;

/** Instead of the lines: a question with large answers. */
type Step = 'read' | 'change' | 'agree';

/** What failed, in one sentence; nobody here can do more than call the clerk. */
function trouble(problem: Problem): string {
  const { title, detail } = told(problem, false);
  return [title, detail].filter(Boolean).join('. ');
}

function useItems({ minutes }: Reading): readonly Item[] {
  const tongue = language.value;
  return useMemo(() => {
    if (minutes === null) return [];
    const days = newDays(minutes.lines, (utcMs) => shortDay(utcMs, minutes.zone), minutes.began_utc_ms);
    return itemsOf(minutes.lines, { line: textOf, asked: (request) => `${words().point.asked}: ${askedText(request)}. ${ruledText(request)}`, days });
  }, [minutes, tongue]);
}

interface RowProps {
  item: Item;
  zone: string;
  chosen?: boolean;
  sounds?: boolean;
  press?: (() => void) | undefined;
}

function Row({ item, zone, chosen = false, sounds = false, press }: RowProps): JSX.Element {
  const { line, kind, text, day } = item;
  const time = <time class="num">{kind === 'line' ? clockTime(line.utc_ms, zone) : ''}</time>;
  const says = <>{time}<span>{text}</span></>;
  return (
    <li class={`k-row-line${divides(line) && kind === 'line' ? ' divides' : ''}`} data-kind={kind} data-line={line.n} aria-current={sounds ? 'true' : undefined}>
      {day !== undefined && <p class="k-row-day strong">{day}</p>}
      {kind === 'asked' || !press ? <p class={`k-row-says${kind === 'asked' ? ' k-row-asked' : ''}`}>{says}</p>
        : <button type="button" class="k-row-says" aria-pressed={chosen} onClick={press}>{says}</button>}
    </li>
  );
}

interface LinesProps {
  items: readonly Item[];
  paged: Paged;
  page: number;
  zone: string;
  chosen: number | null;
  atMs: number | null;
  press: (item: Item) => void;
}

/** The page, and out of sight everything, to know how high it is. */
function Lines({ items, paged, page, zone, chosen, atMs, press }: LinesProps): JSX.Element {
  const [from, to] = paged.pages[page] ?? [0, 0];
  const sounding = atMs === null ? undefined : items.findLast(({ line }) => line.ms <= atMs)?.line.n;
  return (
    <div class="k-page" ref={paged.room} data-testid="reading-page">
      <ol class="k-rows">
        {items.slice(from, to).map((item) => <Row key={item.key} item={item} zone={zone} chosen={item.line.n === chosen} sounds={item.line.n === sounding} press={() => { press(item); }} />)}
      </ol>
      <ol class="k-rows k-measured" aria-hidden="true" ref={paged.all}>{items.map((item) => <Row key={item.key} item={item} zone={zone} press={() => undefined} />)}</ol>
    </div>
  );
}

/** Why a line should change: chosen, not typed. */
function Change({ line, send }: { line: string; send: (reason: Reason) => void }): JSX.Element {
  const text = words();
  return (
    <div class="k-choose">
      <div><Question>{text.point.why}</Question><p class="r28 k-quoted">{line}</p></div>
      <div class="k-choose-all">
        {REASONS.map((reason) => <button key={reason} type="button" class="k-btn" data-testid={`reason-${reason}`} onClick={() => { send(reason); }}>{text.reasons[reason]}</button>)}
      </div>
    </div>
  );
}

interface Act {
  step: Step;
  go: (step: Step) => void;
}

interface FootProps extends Act {
  page: number;
  pages: number;
  turn: (by: number) => void;
  sound: Sounding;
  /** A line is chosen, and a change of it can be asked for. */
  changes: boolean;
  chosen: boolean;
  agreed: boolean;
  agrees: boolean;
  sayYes: () => void;
}

/** The acts, always in the same places. */
function ReadActs({ page, pages, turn, sound, chosen, changes, agreed, agrees, go }: FootProps): JSX.Element {
  const text = words();
  const { point } = text;
  return (
    <div class="k-says k-reading-acts">
      <button type="button" class="k-btn" disabled={page === 0} data-testid="page-back" onClick={() => { turn(-1); }}><Icon name="left" />{point.previous}</button>
      <button type="button" class="k-btn" disabled={page + 1 >= pages} data-testid="page-next" onClick={() => { turn(1); }}>{point.next}<Icon name="right" /></button>
      {sound.hears && <button type="button" class="k-btn" data-testid="reading-play" onClick={sound.toggle}><Icon name={sound.playing ? 'pause' : 'play'} />{sound.playing ? point.pause : point.hear}</button>}
      <button type="button" class="k-btn" disabled={!changes} data-testid="reading-change" onClick={() => { go('change'); }}>{chosen ? point.change : point.chooseFirst}</button>
      {agreed ? <p class="k-btn k-answered" data-testid="reading-agreed"><span>{text.agreed}</span></p>
        : <button type="button" class="k-btn k-act" disabled={!agrees} data-testid="reading-agree" onClick={() => { go('agree'); }}>{text.agree}</button>}
    </div>
  );
}

function Acts(props: FootProps): JSX.Element {
  const text = words();
  if (props.step === 'read') return <ReadActs {...props} />;
  return (
    <div class="k-says">
      <button type="button" class="k-btn" data-testid="reading-back" onClick={() => { props.go('read'); }}><Icon name="left" />{text.point.readOn}</button>
      {props.step === 'agree' && <button type="button" class="k-btn k-act" data-testid="reading-agree-yes" onClick={props.sayYes}><Icon name="check" />{text.agree}</button>}
    </div>
  );
}

interface Sounding {
  readonly hears: boolean;
  readonly playing: boolean;
  readonly atMs: number | null;
  readonly from: (ms: number) => void;
  readonly toggle: () => void;
  readonly pause: () => void;
  readonly elements: JSX.Element[];
}

/** The sound of all whom the reader may hear; `listening` is told while it plays. */
function useSounding({ timeline }: Reading, key: ReadingKey, sitting: number, listening: (yes: boolean) => void): Sounding {
  const made = useSound(timeline, () => soundOf(key, sitting), []);
  const playing = made?.state.playing ?? false;
  useEffect(() => { listening(playing); return () => { listening(false); }; }, [playing]);
  const tracks = made ? timeline?.tracks.filter((track) => track.audio && track.segments.length > 0) ?? [] : [];
  const pause = (): void => { made?.player.pause(); };
  return {
    hears: tracks.length > 0, playing, atMs: made?.state.positionMs ?? null, pause,
    from: (ms) => { made?.player.seek(ms); made?.player.play(); },
    toggle: () => { if (playing) pause(); else made?.player.play(); },
    elements: tracks.map((track) => <audio key={track.id} ref={(element) => { if (element) made?.player.attach(track.id, element); }} data-track={track.id} />),
  };
}

/** What is told of an act for a while, and then no more. */
function useNews(): [string | null, (news: string | null) => void] {
  const [news, setNews] = useState<string | null>(null);
  useEffect(() => {
    if (news === null) return undefined;
    const timer = setTimeout(() => { setNews(null); }, NEWS_MS);
    return () => { clearTimeout(timer); };
  }, [news]);
  return [news, setNews];
}

/** What stands above the acts when nothing else has to be said. */
function standing({ minutes, problem }: Reading, hears: boolean): string {
  const text = words();
  if (minutes === null) return problem ? trouble(problem) : t().loading;
  if (minutes.log.fault !== null) return text.lost;
  return hears ? text.point.how : text.point.silent;
}

/** What may no longer be read does not stay on the screen; a line that is broken, or a server that is busy, is waited for. */
function hasEnded({ minutes, problem }: Reading): boolean {
  return minutes !== null && problem !== null && [401, 403, 404, 410].includes(problem.status);
}

export function Read({ device, choice, reader, left, shut, listening }: ReadProps): JSX.Element {
  const text = words().point;
  const key = { hearing: choice.hearing, token: device, person: reader.person };
  const reading = useReading(key, choice.sitting);
  const { minutes } = reading;
  useRehearsal(minutes?.rehearsal ?? false);
  const sound = useSounding(reading, key, choice.sitting, listening);
  const items = useItems(reading);
  const paged = usePages(items);
  const [anchor, setAnchor] = useState(0);
  const [chosen, setChosen] = useState<number | null>(null);
  const [step, setStep] = useState<Step>('read');
  const [news, setNews] = useNews();
  const ended = hasEnded(reading);
  useEffect(() => { if (ended) shut(); }, [ended]);
  const page = pageOf(paged.pages, anchor);
  const line = minutes?.lines.find(({ n }) => n === chosen);
  const writes = minutes !== null && minutes.log.fault === null;
  const go = (to: Step): void => { sound.pause(); setStep(to); };
  const press = (item: Item): void => {
    setChosen(item.line.n);
    setNews(null);
    if (chosen === item.line.n && sound.playing) sound.pause();
    else sound.from(item.line.ms);
  };
  const give = (act: Promise<void>, done: string | null): void => {
    setStep('read');
    act.then(() => { setNews(done); reading.again(); }, (error: unknown) => { setNews(trouble(problemIn(error))); });
  };
  const acts = (
    <Acts step={step} go={go} page={page} pages={paged.pages.length} turn={(by) => { setAnchor(paged.pages[page + by]?.[0] ?? anchor); setNews(null); }} sound={sound}
      chosen={line !== undefined} changes={writes && line !== undefined} agreed={(minutes?.agreed.length ?? 0) > 0} agrees={writes} sayYes={() => { give(agree(key, choice.sitting), null); }} />
  );
  const status = left !== null ? text.closing(left) : step === 'read' ? news ?? standing(reading, sound.hears) : '';
  return (
    <Frame head={`${text.title} · ${nameOf(reader)}`} sub={minutes ? `${minutes.title || minutes.case} · ${shortDay(minutes.began_utc_ms, minutes.zone)}` : undefined} layout="read" theme="paper" testid="point-minutes" perceived={<ShutButton shut={shut} />}
      foot={<div class="k-foot"><p class={left === null ? 'r28 k-reading-status' : 'r28 k-reading-status k-reading-closes'} role="status" data-testid="reading-status">{status}{step === 'read' && <span class="num">{text.page(page + 1, paged.pages.length)}</span>}</p>{acts}</div>}>
      {step === 'change' && line && <Change line={textOf(line)} send={(reason) => { give(ask(key, choice.sitting, line.n, { reason }), text.sent); }} />}
      {step === 'agree' && <div class="k-choose"><Question>{text.agreeAsk(nameOf(reader))}</Question><p class="r28">{text.agreeHelp}</p></div>}
      <div class="k-page-around" hidden={step !== 'read'}><Lines items={items} paged={paged} page={page} zone={choice.zone} chosen={chosen} atMs={sound.atMs} press={press} /></div>
      {sound.elements}
    </Frame>
  );
}
