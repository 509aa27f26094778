//! From a hearing to a rehearsal of it, and from a rehearsal to the console that plays its parties.

import type { JSX } from 'preact';
import { type Hearing, api } from '../../../core/api';
import { navigate } from '../../../state/route';
import { Button } from '../../../ui/parts';
import { words } from '../../../ui/rehearsal';
import { Refused } from '../../login/parts/gate';
import { useAct } from './act';

export function Rehearse({ hearing }: { hearing: Hearing }): JSX.Element | null {
  const text = words();
  const { busy, problem, run } = useAct<Hearing>();
  if (hearing.rehearsal) {
    return hearing.state === 'closed' ? null : <a class="btn btn-block btn-lg" href={`/rehearsal/${hearing.id}`} target="_blank" rel="noreferrer" data-testid="to-console">{text.toConsole}</a>;
  }
  return (
    <>
      <Refused problem={problem} />
      <Button block size="lg" disabled={busy} testid="rehearse" onClick={() => { run(() => api.rehearse(hearing.id), (made) => { navigate(`/prepare/${made.id}`); }); }}>{text.make}</Button>
      <p class="meta">{text.makeHow}</p>
    </>
  );
}
