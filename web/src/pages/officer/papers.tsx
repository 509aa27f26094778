//! Papers that the officer hands in for the point: photographed with this telephone, or a file of it.

import type { JSX } from 'preact';
import type { Session } from '../../state/session';
import { HandIn } from '../../ui/live/exhibits/handin';
import { Exhibits } from '../../ui/live/exhibits/list';
import { words } from '../../ui/live/exhibits/words';
import type { TabProps } from '.';

export function Papers({ session, view, acts }: TabProps & { session: Session }): JSX.Element {
  return (
    <>
      <h2 class="title">{words().handIn}</h2>
      <HandIn session={session} view={view} photo />
      <Exhibits session={session} view={view} acts={acts} />
    </>
  );
}
