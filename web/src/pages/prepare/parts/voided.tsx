//! What a change of the plan took back: whose codes no longer work, and new invitations for them at once.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Hearing, type Sheets, type Voided, api } from '../../../core/api';
import { Button, Notice } from '../../../ui/parts';
import { Refused } from '../../login/parts/gate';
import { useAct } from './act';
import { SheetsDialog } from './sheets';
import { preparing } from './words';

interface VoidedProps {
  hearing: Hearing;
  voided: Voided;
  /** New ones were made, or the notice was read. */
  onDone: () => void;
}

export function VoidedNotice({ hearing, voided, onDone }: VoidedProps): JSX.Element | null {
  const text = preparing().voided;
  const { busy, problem, run } = useAct<Sheets>();
  const [made, setMade] = useState<Sheets | undefined>();
  if (voided.codes.length === 0 && voided.points.length === 0) return null;
  const stay = voided.codes.filter((code) => hearing.people.some((person) => person.id === code.id));
  const names = (all: readonly { name: string }[]): string => all.map((one) => one.name).join(', ');
  return (
    <div class="mt-3 no-print">
      <Notice kind="look" live="polite" testid="voided">
        {voided.codes.length > 0 && <><b>{text.codes(names(voided.codes))}</b><br />{text.codesHow}<br /></>}
        {voided.points.length > 0 && <><b>{text.points(names(voided.points))}</b><br /></>}
        {voided.links > 0 && <>{text.links(voided.links)}<br /></>}
        <span class="row row-3 wrap-row mt-2">
          {stay.length > 0 && <Button size="sm" disabled={busy} testid="reissue" onClick={() => { run(() => api.invitations(hearing.id, stay.map((code) => code.id)), setMade); }}>{text.again(stay.length)}</Button>}
          <Button size="sm" kind="text" testid="voided-read" onClick={onDone}>{text.read}</Button>
        </span>
      </Notice>
      <Refused problem={problem} />
      {made && <SheetsDialog hearing={hearing} made={made} onClose={() => { setMade(undefined); onDone(); }} />}
    </div>
  );
}
