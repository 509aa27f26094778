//! One party on the console: what the court sees of it, what it does, and what is amiss with it.

import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../../../i18n';
import type { Lesson } from '../../../i18n/vi/rehearsal';
import { FAULTS, type Fault, type Played, type Playing } from '../../../state/played';
import { refusalText } from '../../../ui/live/words';
import { Badge, Button, Notice, type BadgeKind } from '../../../ui/parts';
import { problemIn, told } from '../../../ui/problems';
import { words } from '../../../ui/rehearsal';
import type { Company, Member } from './company';
import { lessonOf } from './lessons';

/** Where no procedure says it yet: ruling of the server for one that is silent, in seconds. */
const LIMIT = 30;

const BADGES: Record<Playing, BadgeKind> = { out: 'quiet', joining: 'plain', waiting: 'plain', in: 'plain', line: 'look', power: 'look', ended: 'quiet' };

function Picture({ played, name }: { played: Played; name: string }): JSX.Element {
  const frame = useRef<HTMLDivElement>(null);
  const figure = played.figure.value;
  useEffect(() => {
    frame.current?.replaceChildren(...(figure ? [figure.canvas] : []));
  }, [figure]);
  return <div class="reh-picture" ref={frame} role="img" aria-label={words().picture(name)} />;
}

function Trouble({ played }: { played: Played }): JSX.Element | null {
  const failed = played.failed.value;
  const refused = played.refused.value;
  const text = refused !== null ? refusalText(refused, true) : failed !== null ? told(problemIn(failed)).title : null;
  return <div role="alert">{text !== null && <Notice kind="look">{text}</Notice>}</div>;
}

/** Hands and signals are the seat's own, so that what the court answers is seen here. */
function Says({ company, member }: { company: Company; member: Member }): JSX.Element {
  const text = words();
  const { part, played } = member;
  const view = played.view.value;
  const who = part.point ?? part.name;
  const speaks = played.speaks.value;
  const raised = view !== null && view.session.hands.some((hand) => hand.seat === view.me.seat);
  const signal = view?.signals.find((one) => one.seat === view.me.seat && one.kind === 'cannot_hear' && one.answer === null);
  const [hand, hear] = [text.lessons.hand(), text.lessons.hear()];
  const is = played.at() === 'in';
  const say = (what: () => string, act: () => void): void => { company.note(part, what); act(); };
  return (
    <div class="row wrap-row" role="group" aria-label={text.ofWhom(text.acts, who)}>
      <Button size="sm" icon="mic" disabled={!is} aria-pressed={speaks} testid={`speak-${part.id}`} onClick={() => say(() => (speaks ? words().quiet : words().speak), () => played.speak(!speaks))}>{speaks ? text.quiet : text.speak}</Button>
      <Button size="sm" icon="hand" disabled={!is || (!raised && !view?.acts.includes('raise_hand'))} aria-pressed={raised} testid={`hand-${part.id}`}
        onClick={() => say(() => (raised ? words().lessons.hand().end : words().lessons.hand().act), () => void played.command({ type: 'raise_hand', raised: !raised }))}>{raised ? hand.end : hand.act}</Button>
      <Button size="sm" icon="ear-off" disabled={!signal && !view?.acts.includes('signal')} aria-pressed={signal !== undefined} testid={`hear-${part.id}`}
        onClick={() => say(() => (signal ? words().lessons.hear().end : words().lessons.hear().act), () => void played.command(signal ? { type: 'withdraw_signal', signal: signal.id } : { type: 'signal', kind: 'cannot_hear', person: null }))}>{signal ? hear.end : hear.act}</Button>
      {raised && <Learn lesson={hand} name="hand" />}
      {signal && <Learn lesson={hear} name="hear" />}
    </div>
  );
}

function Learn({ lesson, name, what }: { lesson: Lesson; name: string; what?: string }): JSX.Element {
  const text = words();
  return (
    <div class="reh-lesson" data-testid={`lesson-${name}`}>
      <p class="body"><b>{text.sees}:</b> {lesson.sees}{what !== undefined && <> {what}</>}</p>
      <p class="body"><b>{text.does}:</b> {lesson.does}</p>
    </div>
  );
}

function Faults({ company, member }: { company: Company; member: Member }): JSX.Element {
  const text = words();
  const { part, played } = member;
  const is = played.faults.value;
  const limit = played.view.value?.procedure.limits.continuity_s ?? LIMIT;
  const at = played.at();
  const there = at === 'in' || at === 'waiting' || at === 'line' || at === 'power';
  const lesson = (fault: Fault): Lesson => lessonOf(fault, part.point !== null, limit);
  const press = (fault: Fault): void => {
    const now = !is.has(fault);
    company.note(part, () => (now ? lesson(fault).act : lesson(fault).end));
    played.fault(fault, now);
  };
  // Without a line or power nothing else can be told apart.
  const rests = (fault: Fault): boolean => !there || (is.has('power') && fault !== 'power') || (is.has('line') && fault !== 'line' && fault !== 'power');
  return (
    <>
      <div class="row wrap-row" role="group" aria-label={text.ofWhom(text.faults, part.point ?? part.name)}>
        {FAULTS.map((fault) => (
          <Button key={fault} size="sm" disabled={rests(fault)} aria-pressed={is.has(fault)} testid={`${fault}-${part.id}`} onClick={() => press(fault)}>{is.has(fault) ? lesson(fault).end : lesson(fault).act}</Button>
        ))}
      </div>
      <div role="status" class="stack">
        {FAULTS.filter((fault) => is.has(fault)).map((fault) => (
          <Learn key={fault} lesson={lesson(fault)} name={fault} {...(fault === 'stranger' ? { what: `${text.shows}: ${text.stranger}, ${part.strange}. ${text.file}: ${part.name}, ${part.number}.` } : {})} />
        ))}
      </div>
    </>
  );
}

export function Card({ company, member }: { company: Company; member: Member }): JSX.Element {
  const text = words();
  const { part, played } = member;
  const at = played.at();
  const me = played.view.value?.me;
  const stranger = played.faults.value.has('stranger');
  const away = at === 'out' || at === 'ended';
  return (
    <article class="reh-card" data-testid={`party-${part.id}`} data-at={at} data-role={part.role}>
      <Picture played={played} name={part.name} />
      <div class="reh-head">
        <div class="who">
          <p class="meta">{t().roles[part.role]}{part.point !== null && <> · {part.point}</>}</p>
          <h3 class="body strong" data-testid="party-name">{stranger ? text.stranger : part.name}</h3>
          <p class="meta num">{stranger ? part.strange : part.number}</p>
        </div>
        <div class="row wrap-row">
          <Button size="sm" aria-label={text.ofWhom(away ? text.enter : text.leave, part.point ?? part.name)} testid={`${away ? 'enter' : 'leave'}-${part.id}`}
            onClick={() => { if (away) company.enter(member); else company.leave(member); }}>{away ? text.enter : text.leave}</Button>
          <div role="status"><Badge kind={BADGES[at]}>{text.states[at]}</Badge></div>
        </div>
        {me && (me.locked || me.muted) && <p class="meta look">{text.microphoneOff}</p>}
      </div>
      <Trouble played={played} />
      <Says company={company} member={member} />
      <Faults company={company} member={member} />
    </article>
  );
}
