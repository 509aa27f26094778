//! This screen's own microphone: what it is, and the one act on it.

import type { JSX } from 'preact';
import { silenced } from '../../core/course';
import { t } from '../../i18n';
import type { View } from '../../protocol/generated/signal';
import { local } from '../../state/local';
import { Button, Icon, Level } from '../parts';
import type { Acts } from './acts';
import { Channels } from './channels';
import { silenceText } from './course/own';

/** Whether this screen's microphone is open, and what is to be said of it: open is not heard, where the phase lets others speak. */
export function ownMicrophone(view: View, acts: Acts): { has: boolean; on: boolean; text: string } {
  const { me, session } = view;
  const words = t().acts;
  const has = local.microphone.value?.track !== null && local.microphone.value !== null;
  const on = has && me.microphone_open && !me.muted && !me.locked;
  const text = !has ? t().seat.noMicrophone
    : acts.lost !== null ? words.micUnknown
    : me.locked ? words.micLocked
    : me.muted ? words.micMuted
    : !me.microphone_open ? words.micIsOff
    : session.state === 'in_session' ? words.micIsOn : words.micWaits;
  const byCourt = (me.locked || me.muted) && silenced(view) !== 'deliberation';
  const silence = has && acts.lost === null && !byCourt ? silenceText(view) : null;
  return { has, on, text: silence ?? text };
}

/** `calm`: on a screen whose one filled button is another. */
export function OwnMicrophone({ view, acts, calm = false }: { view: View; acts: Acts; calm?: boolean }): JSX.Element {
  const words = t().acts;
  const { session } = view;
  const { has, on, text } = ownMicrophone(view, acts);
  return (
    <section class="own-mic" data-testid="own-microphone" data-open={on} data-ordinary={text === words.micIsOn}>
      <div class="row">
        <Icon name={on ? 'mic' : 'mic-off'} /><span class="body strong">{words.mine}</span><Level level={on ? local.level.value : 0} />
        {has && view.acts.includes('set_microphone') && (
          <Button class="end" disabled={acts.lost !== null} kind={on || calm || session.state !== 'in_session' ? 'outline' : 'act'} testid={on ? 'mic-off' : 'mic-on'} aria-label={on ? words.micOff : words.micOn}
            onClick={() => void acts.give({ type: 'set_microphone', open: !on })}>
            {on ? words.off : words.on}
          </Button>
        )}
      </div>
      <p class="meta" data-testid="own-mic-text">{text}</p>
      {!calm && <Channels view={view} acts={acts} />}
    </section>
  );
}
