//! The end of the hearing, asked once more.

import type { JSX } from 'preact';
import { t } from '../../../i18n';
import { Dialog } from '../../dialog';
import type { Acts } from '../acts';

export function Close({ acts, onShut }: { acts: Acts; onShut: () => void }): JSX.Element {
  const text = t().acts;
  const close = (): void => {
    void acts.give({ type: 'close' });
    onShut();
  };
  return (
    <Dialog title={text.closeTitle} act={text.closeConfirm} back={text.closeBack} onAct={close} onBack={onShut} disabled={acts.lost !== null} theme="paper" testid="act-close">
      <p>{text.closeText}</p>
    </Dialog>
  );
}
