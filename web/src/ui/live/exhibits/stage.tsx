//! The page that the court shows, or the recording, large, on every screen that it is shown to.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { ShownView, View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import '../../../styles/exhibits.css';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { seatName } from '../words';
import { Page, Pager } from './page';
import { Played, Progress } from './played';
import { titled, words } from './words';

/** To whom it is shown, as the court is told. */
function seenBy(view: View, shown: ShownView): string {
  const text = words();
  const names = shown.to?.map((id) => view.seats.find((seat) => seat.seat === id)).flatMap((seat) => (seat ? [seat.point ?? seatName(seat)] : []));
  return [...(names ?? [text.everybody]), ...(shown.observers ? [text.andObservers] : [])].join(', ');
}

interface StageProps {
  session: Session;
  view: View;
  acts: Acts;
  shown: ShownView;
  kiosk?: boolean;
}

export function Stage({ session, view, acts, shown, kiosk }: StageProps): JSX.Element {
  const text = words();
  const { play } = shown;
  const [pages, setPages] = useState(shown.file.pages ?? 1);
  const may = shown.presents && view.acts.includes('present') && acts.lost === null;
  const name = `${text.number(shown.id)} · ${titled(shown.title)}`;
  const turn = (page: number): void => void acts.give({ type: 'turn_exhibit', page });
  // Not through `acts`: a place that came too late, or again, is no trouble to anybody.
  const point = (spot: { x: number; y: number } | null): void => void session.command({ type: 'point_exhibit', spot });
  return (
    <section class={kiosk ? 'stage k-seat k-lead' : 'stage'} aria-label={name} data-testid="exhibit-stage" data-exhibit={shown.id}>
      <header class="row between">
        <h2 class={kiosk ? 'r28' : 'lead strong'}>{name}</h2>
        {play ? <Progress session={session} play={play} length={shown.file.length_ms ?? null} /> : <Pager page={shown.page} pages={pages} {...(may ? { turn } : {})} />}
      </header>
      {play
        ? <Played session={session} view={view} acts={acts} file={shown.file} play={play} title={name} may={may} />
        : <Page session={session} file={shown.file} title={name} page={shown.page} pointer={shown.pointer} pages={setPages} {...(may ? { point } : {})} />}
      {!kiosk && (
        <footer class="row between">
          <p class="meta row"><Icon name="eye" />{shown.to !== null || shown.presents ? (play ? text.heardBy : text.seenBy)(seenBy(view, shown)) : play ? text.playedForYou : text.forYou}</p>
          {may && (
            <span class="row">
              {play && !play.mine && !play.ready && <Button size="sm" testid="exhibit-take-over" onClick={() => void acts.give({ type: 'show_exhibit', exhibit: shown.id, to: shown.to, observers: shown.observers, page: null })}>{text.takeOver}</Button>}
              {shown.pointer && <Button size="sm" testid="exhibit-lift" onClick={() => point(null)}>{text.lift}</Button>}
              <Button kind="act" size="sm" icon="x" testid="exhibit-stop" onClick={() => void acts.give({ type: 'stop_exhibit' })}>{text.stop}</Button>
            </span>
          )}
        </footer>
      )}
    </section>
  );
}
