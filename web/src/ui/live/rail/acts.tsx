//! The large acts of whoever conducts. Each keeps its place in every state.

import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { called, dismissable, mutable } from '../../../core/course';
import { t } from '../../../i18n';
import type { Act, View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { CallIn, callSub } from '../course/callin';
import { words } from '../course/words';
import { Suspend } from '../suspension/act';
import { standardReason } from '../words';
import { Close } from './close';
import { Next } from './opening';

interface ActButtonProps {
  icon: string;
  text: string;
  sub: string;
  testid: string;
  may: boolean;
  pressed?: boolean;
  onPress: () => void;
}

export function ActButton({ icon, text, sub, testid, may, pressed, onPress }: ActButtonProps): JSX.Element {
  return (
    <button type="button" class="act" disabled={!may} aria-pressed={pressed} data-testid={testid} onClick={onPress}>
      <Icon name={icon} size={24} /><span>{text}<br /><small>{sub}</small></span>
    </button>
  );
}

interface GridProps {
  session: Session;
  view: View;
  acts: Acts;
}

/** Without a line every act keeps its place and none can be done. */
function may({ view, acts }: GridProps, act: Act): boolean {
  return acts.lost === null && view.acts.includes(act);
}

function Call(props: GridProps): JSX.Element {
  const { view, acts } = props;
  const [open, setOpen] = useState(false);
  const { now, waits } = called(view);
  const any = now.length + waits.length > 0 || (view.acts.includes('dismiss') && dismissable(view).length > 0);
  return (
    <>
      <ActButton icon="enter" testid="act-call" may={may(props, 'admit') && any} text={words().call.act} sub={callSub(view)} onPress={() => setOpen(true)} />
      {open && <CallIn view={view} acts={acts} onShut={() => setOpen(false)} />}
    </>
  );
}

/** Mutes and locks everybody but the court; when all are, lets them speak again. */
function MuteAll(props: GridProps): JSX.Element {
  const { view, acts } = props;
  const text = t().acts;
  const targets = mutable(view);
  const locked = targets.length > 0 && targets.every((seat) => seat.locked);
  const press = (): void => {
    if (locked) void acts.give(...targets.map(({ seat }) => ({ type: 'unmute' as const, seat })));
    else void acts.give({ type: 'mute_all', lock: true });
  };
  return (
    <ActButton icon="mic-off" testid="act-mutelock-all" may={may(props, 'mute_all') && targets.length > 0} pressed={locked || undefined}
      text={locked ? text.allMuted : text.muteAll} sub={locked ? text.allMutedSub : text.andLock} onPress={press} />
  );
}

function Hold(props: GridProps & { small?: boolean }): JSX.Element {
  const text = t().acts;
  const hold = (): void => void props.acts.give({ type: 'hold', reason: standardReason('holdReason') });
  const able = may(props, 'hold');
  if (props.small) return <Button size="sm" disabled={!able} testid="act-hold" onClick={hold}>{text.hold}</Button>;
  return <ActButton icon="flag" testid="act-hold" may={able} text={text.hold} sub={text.holdSub} onPress={hold} />;
}

/** What is seldom wanted: to mute without locking, to hold, to close. */
function Lesser({ hold, ...props }: GridProps & { hold: boolean }): JSX.Element {
  const { view, acts } = props;
  const [closing, setClosing] = useState(false);
  const unmuted = mutable(view).some((seat) => !seat.muted);
  const judge = view.me.people.some(({ role }) => role === 'presiding_judge');
  return (
    <div class="acts-lesser">
      <Button size="sm" disabled={!may(props, 'mute_all') || !unmuted} testid="act-mute-all" aria-label={words().mute.onlyOf} onClick={() => void acts.give({ type: 'mute_all', lock: false })}>{words().mute.only}</Button>
      {hold && <Hold {...props} small />}
      {judge && <Suspend session={props.session} view={view} acts={acts} />}
      {judge && <Button size="sm" disabled={!may(props, 'close')} testid="act-close" onClick={() => setClosing(true)}>{t().acts.close}</Button>}
      {closing && <Close acts={acts} onShut={() => setClosing(false)} />}
    </div>
  );
}

const CONDUCTS: readonly Act[] = ['mute_all', 'hold', 'pause', 'close', 'open', 'resume'];

/** `rooms`: the act of private rooms, beside the judge's three; without one the place is that of the hold. */
export function ActGrid({ rooms, ...props }: GridProps & { rooms?: ComponentChildren }): JSX.Element | null {
  const { view, acts } = props;
  const text = t().acts;
  if (!CONDUCTS.some((act) => view.acts.includes(act))) return null;
  // The clerk calls in from the list, and does not pause: what one never may is not there.
  const judge = view.me.people.some(({ role }) => role === 'presiding_judge');
  return (
    <div class="acts">
      {judge && <Call {...props} />}
      <MuteAll {...props} />
      {rooms ?? <Hold {...props} />}
      {judge && <ActButton icon="pause" testid="act-pause" may={may(props, 'pause')} text={text.pause} sub={text.pauseSub} onPress={() => void acts.give({ type: 'pause', reason: standardReason('pauseReason') })} />}
      <Lesser {...props} hold={rooms !== undefined} />
      {judge && <Next view={view} acts={acts} />}
    </div>
  );
}
