//! What somebody with a screen of their own says to the court by a button. One that waits says so in its place, and can be
//! taken back; then it says what was answered.

import type { JSX } from 'preact';
import { pressOf, waited } from '../../../core/signals';
import { span } from '../../../i18n/format';
import type { SignalKind, View } from '../../../protocol/generated/signal';
import '../../../styles/signals.css';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { answerRead, iconOf, words } from './words';

interface OwnProps {
  view: View;
  acts: Acts;
  now: number;
}

function Say({ view, acts, now, kind }: OwnProps & { kind: SignalKind }): JSX.Element {
  const press = pressOf(view, kind, now);
  const said = words().kinds[kind];
  if (press.at === 'idle') {
    return <Button block icon={iconOf(kind)} disabled={acts.lost !== null} testid={`say-${kind}`} data-at="idle" onClick={() => void acts.give({ type: 'signal', kind, person: null })}>{said}</Button>;
  }
  if (press.at === 'answered') {
    const answer = press.signal.answer && answerRead(kind, press.signal.answer);
    return <p class="own-said" data-testid={`say-${kind}`} data-at="answered"><span class="strong">{answer?.text}</span>{answer?.reason && <small>{answer.reason}</small>}</p>;
  }
  const [first] = press.signals;
  const back = (): void => void acts.give(...press.signals.map(({ id }) => ({ type: 'withdraw_signal' as const, signal: id })));
  return (
    <div class="own-said is-sent" data-testid={`say-${kind}`} data-at="sent">
      <p class="grow"><span class="row strong"><Icon name={iconOf(kind)} />{words().courtKnows}</span><small>{words().quoted(said)} · {first && <time>{span(waited(first, now), true)}</time>}</small></p>
      <Button size="sm" disabled={acts.lost !== null} testid={`withdraw-${kind}`} aria-label={`${words().withdraw}: ${said}`} onClick={back}>{words().withdraw}</Button>
    </div>
  );
}

/** A defendant may ask for a lawyer from any screen. */
export function OwnSignals(props: OwnProps): JSX.Element | null {
  const { view } = props;
  if (!view.acts.includes('signal')) return null;
  const defendant = view.me.people.some(({ role }) => role === 'defendant');
  const kinds: readonly SignalKind[] = defendant ? ['cannot_hear', 'cannot_see', 'want_lawyer'] : ['cannot_hear', 'cannot_see'];
  const waits = kinds.some((kind) => pressOf(view, kind, props.now).at === 'sent');
  return (
    <section class="own-signals" aria-label={words().own} data-testid="own-signals">
      {kinds.map((kind) => <Say key={kind} {...props} kind={kind} />)}
      <p class="sr" role="status">{waits && `${words().courtKnows}. ${words().waits}`}</p>
    </section>
  );
}
