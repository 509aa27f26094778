//! The large acts of whoever conducts. Each keeps its place in every state.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isObserver } from '../../../core/layout';
import { t } from '../../../i18n';
import type { Act, SeatView, View } from '../../../protocol/generated/signal';
import { Dialog } from '../../dialog';
import { Icon } from '../../parts';
import type { Acts } from '../acts';
import { standardReason } from '../words';
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

function ActButton({ icon, text, sub, testid, may, pressed, onPress }: ActButtonProps): JSX.Element {
  return (
    <button type="button" class="act" disabled={!may} aria-pressed={pressed} data-testid={testid} onClick={onPress}>
      <Icon name={icon} size={24} /><span>{text}<br /><small>{sub}</small></span>
    </button>
  );
}

/** Those whom *mute everyone* means: all but oneself, the presiding judge and observers. */
function mutable(view: View): SeatView[] {
  return view.seats.filter((seat) => seat.room === 'courtroom' && !isObserver(seat) && !seat.people.some((person) => person.role === 'presiding_judge'));
}

function Close({ acts, onShut }: { acts: Acts; onShut: () => void }): JSX.Element {
  const words = t().acts;
  const close = (): void => {
    void acts.give({ type: 'close' });
    onShut();
  };
  return (
    <Dialog title={words.closeTitle} act={words.closeConfirm} back={words.closeBack} onAct={close} onBack={onShut} disabled={acts.lost !== null} theme="paper" testid="act-close">
      <p>{words.closeText}</p>
    </Dialog>
  );
}

const CONDUCTS: readonly Act[] = ['mute_lock', 'hold', 'pause', 'close', 'open', 'resume'];

export function ActGrid({ view, acts }: { view: View; acts: Acts }): JSX.Element | null {
  const words = t().acts;
  const [closing, setClosing] = useState(false);
  if (!CONDUCTS.some((act) => view.acts.includes(act))) return null;
  // Without a line every act keeps its place and none can be done.
  const may = (act: Act): boolean => acts.lost === null && view.acts.includes(act);
  const targets = mutable(view);
  const allLocked = targets.length > 0 && targets.every((seat) => seat.locked);
  const muteAll = (): void => {
    void acts.give(...targets.filter((seat) => seat.locked === allLocked).map(({ seat }) => ({ type: allLocked ? 'unmute' as const : 'mute_lock' as const, seat })));
  };
  return (
    <div class="acts">
      <ActButton icon="mic-off" testid="act-mutelock-all" may={may('mute_lock') && targets.length > 0} pressed={allLocked || undefined}
        text={allLocked ? words.allMuted : words.muteAll} sub={allLocked ? words.allMutedSub : words.andLock} onPress={muteAll} />
      <ActButton icon="flag" testid="act-hold" may={may('hold')} text={words.hold} sub={words.holdSub}
        onPress={() => void acts.give({ type: 'hold', reason: standardReason('holdReason') })} />
      <ActButton icon="pause" testid="act-pause" may={may('pause')} text={words.pause} sub={words.pauseSub}
        onPress={() => void acts.give({ type: 'pause', reason: standardReason('pauseReason') })} />
      <ActButton icon="lock" testid="act-close" may={may('close')} text={words.close} sub={words.closeSub} onPress={() => setClosing(true)} />
      <Next view={view} acts={acts} />
      {closing && <Close acts={acts} onShut={() => setClosing(false)} />}
    </div>
  );
}
