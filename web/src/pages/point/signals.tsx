//! The buttons of a point's screen that say something to the court. A pressed one says so in its place until it is answered,
//! then what was answered. It goes at once, and at a camera with several people a name may be tapped after (ruling 12).

import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { offered, replayOf } from '../../core/missed';
import { openSignals, others, pressOf, senderOf, waited } from '../../core/signals';
import { t } from '../../i18n';
import { span } from '../../i18n/format';
import type { SignalId, SignalKind, SignalView, View } from '../../protocol/generated/signal';
import '../../styles/kiosk-signals.css';
import { Icon } from '../../ui/parts';
import type { Acts } from '../../ui/live/acts';
import { answerRead, iconOf, words } from '../../ui/live/signals/words';

export const LARGE: readonly SignalKind[] = ['cannot_hear', 'cannot_see', 'want_lawyer'];
export const LESSER: readonly SignalKind[] = ['hear_again', 'call_officer'];
/** Before the court is heard and seen there is nothing to hear again. */
export const IN_WAITING: readonly SignalKind[] = ['want_lawyer', 'call_officer'];
export const AFTER_ABSENCE: readonly SignalKind[] = ['hear_again'];
const MISSED: readonly SignalKind[] = ['see_missed'];
const BESIDE_MISSED: readonly SignalKind[] = ['call_officer'];

/** After an absence in session: to ask for what was missed, until it may be seen. */
export function missedKinds(view: View, now: number): readonly SignalKind[] {
  return offered(view, now) && replayOf(view).at !== 'allowed' ? MISSED : [];
}

/** In one line: what was missed takes the place of what is to be said again. */
export function lesserKinds(view: View, now: number): readonly SignalKind[] {
  return offered(view, now) ? [...missedKinds(view, now), ...BESIDE_MISSED] : LESSER;
}

interface SaysProps {
  view: View;
  now: number;
  acts: Acts;
  kinds: readonly SignalKind[];
  /** A press on what was sent already: to say whose it is, or take it back. */
  onAgain: (kind: SignalKind) => void;
  small?: boolean;
}

/** The names of those whose signals wait, as far as they are known. */
function names(view: View, signals: readonly SignalView[]): string {
  return signals.flatMap((signal) => senderOf(view, signal).person?.name ?? []).join(', ');
}

function Sent({ view, now, kind, signals, onAgain, small }: Omit<SaysProps, 'acts' | 'kinds'> & { kind: SignalKind; signals: readonly SignalView[] }): JSX.Element {
  const [first] = signals;
  const time = first && <time>{span(waited(first, now), true)}</time>;
  const who = names(view, signals);
  return (
    <button type="button" class={small ? 'k-btn k-sent k-small k-lesser' : 'k-btn k-sent'} data-testid={`say-${kind}`} data-at="sent" onClick={() => onAgain(kind)}>
      <span class="sr">{words().kinds[kind]}: </span>
      {small ? <span>{words().sentShort} {time}</span> : <><span>{words().courtKnows}</span><small>{who && <b>{who} · </b>}{words().waits} {time}</small></>}
    </button>
  );
}

function Say(props: Omit<SaysProps, 'kinds'> & { kind: SignalKind }): JSX.Element {
  const { view, now, acts, kind, small } = props;
  const press = pressOf(view, kind, now);
  const size = small ? ' k-small k-lesser' : '';
  if (press.at === 'sent') return <Sent {...props} signals={press.signals} />;
  if (press.at === 'answered' && press.signal.answer) {
    const { text, reason } = answerRead(kind, press.signal.answer);
    return <p class={`k-btn k-answered${size}`} data-testid={`say-${kind}`} data-at="answered"><span>{text}</span>{reason && !small && <small>{reason}</small>}</p>;
  }
  return (
    <button type="button" class={`k-btn${size}`} data-testid={`say-${kind}`} data-at="idle" disabled={acts.lost !== null} onClick={() => void acts.give({ type: 'signal', kind, person: null })}>
      <Icon name={iconOf(kind)} />{words().kinds[kind]}
    </button>
  );
}

export function Says({ kinds, ...rest }: SaysProps): JSX.Element {
  return <>{kinds.map((kind) => <Say key={kind} {...rest} kind={kind} />)}</>;
}

/** Whose it is, tapped; over the picture, so that nothing moves. */
function Names({ view, acts, kind, onShut }: { view: View; acts: Acts; kind: SignalKind; onShut: () => void }): JSX.Element {
  const title = useId();
  const panel = useRef<HTMLElement>(null);
  useEffect(() => { panel.current?.querySelector('button')?.focus(); }, []);
  const mine = openSignals(view).filter((signal) => signal.seat === view.me.seat && signal.kind === kind);
  const unnamed = mine.find((signal) => signal.person === null);
  const several = view.me.people.length > 1;
  const name = async (person: string): Promise<void> => {
    if (await acts.give(unnamed ? { type: 'name_signal', signal: unnamed.id, person } : { type: 'signal', kind, person })) onShut();
  };
  const withdraw = async (): Promise<void> => {
    if (await acts.give(...mine.map(({ id }) => ({ type: 'withdraw_signal' as const, signal: id })))) onShut();
  };
  return (
    <section class="k-names" aria-labelledby={title} ref={panel} data-testid="names">
      <div class="k-names-ask">
        <h2 class="k40" id={title}>{several ? words().nameIt(words().kinds[kind]) : words().quoted(words().kinds[kind])}</h2>
        {several && <p class="r28 ink-2">{words().goesAnyway}</p>}
      </div>
      {several && others(view, kind).map((person) => (
        <button key={person.id} type="button" class="k-btn k-name-btn" data-testid={`name-${person.id}`} disabled={acts.lost !== null} onClick={() => void name(person.id)}>
          <span class="k-role">{t().roles[person.role]}</span><span>{person.name || t().unnamed}</span>
        </button>
      ))}
      <button type="button" class="k-btn k-small" data-testid="withdraw" disabled={acts.lost !== null} onClick={() => void withdraw()}>{words().withdraw}</button>
      <button type="button" class="k-btn k-small" data-testid="names-shut" onClick={onShut}><Icon name="x" />{words().shut}</button>
    </section>
  );
}

/** Which signal's names are asked for: one that was just sent without, or one that was pressed again. */
function useNaming(view: View): { kind: SignalKind | null; ask: (kind: SignalKind) => void; shut: () => void } {
  const [asked, ask] = useState<SignalKind | null>(null);
  const [left, leave] = useState<readonly SignalId[]>([]);
  const mine = openSignals(view).filter((signal) => signal.seat === view.me.seat);
  const unnamed = view.me.people.length > 1 ? mine.find((signal) => signal.person === null && !left.includes(signal.id)) : undefined;
  const kind = mine.some((signal) => signal.kind === asked) ? asked : unnamed?.kind ?? null;
  const shut = (): void => {
    ask(null);
    leave(mine.filter((signal) => signal.kind === kind).map((signal) => signal.id));
  };
  return { kind, ask, shut };
}

interface FootProps extends Pick<SaysProps, 'view' | 'now' | 'acts' | 'kinds'> {
  /** A line above the large buttons, which gets the lesser ones. */
  strip?: (says: (kinds: readonly SignalKind[]) => JSX.Element) => JSX.Element;
  children?: ComponentChildren;
}

export function SignalFoot({ view, now, acts, kinds, strip, children }: FootProps): JSX.Element {
  const naming = useNaming(view);
  const may = view.acts.includes('signal');
  const says = (which: readonly SignalKind[], small: boolean): JSX.Element => (may ? <Says view={view} now={now} acts={acts} kinds={which} small={small} onAgain={naming.ask} /> : <></>);
  const [last] = view.signals.filter((signal) => signal.seat === view.me.seat && signal.answer !== null).slice(-1);
  return (
    <div class="k-foot">
      {strip?.((which) => says(which, true))}
      {(may || children) && <div class="k-says">{says(kinds, false)}{children}</div>}
      {naming.kind && <Names key={naming.kind} view={view} acts={acts} kind={naming.kind} onShut={naming.shut} />}
      <p class="sr" role="status">{openSignals(view).some((signal) => signal.seat === view.me.seat) ? `${words().courtKnows}. ${words().waits}` : last?.answer ? answerRead(last.kind, last.answer).text : ''}</p>
    </div>
  );
}
