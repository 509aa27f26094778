//! The evidence of a hearing as somebody knows it: the court all of it, everybody else what they handed in.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { isRecording, shortHash } from '../../../core/exhibits';
import { time } from '../../../core/reel';
import { clockTime } from '../../../i18n/format';
import type { ExhibitView, View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import '../../../styles/exhibits.css';
import { Button } from '../../parts';
import type { Acts } from '../acts';
import { seatName } from '../words';
import { Choose, Preview, Refuse } from './dialogs';
import { receipt, titled, words } from './words';

interface ListProps {
  session: Session;
  view: View;
  acts: Acts;
}

type Asking = { readonly what: 'look' | 'refuse' | 'choose'; readonly id: number } | null;

function standing(view: View, exhibit: ExhibitView): string {
  const text = words();
  if (view.shown?.id === exhibit.id) return text.shown;
  return exhibit.shown.length > 0 ? `${text.standing[exhibit.standing]}, ${text.times(exhibit.shown.length)}` : text.standing[exhibit.standing];
}

/** How long a recording is, and which parts of it were played. */
function played({ file, played: parts }: ExhibitView): string {
  const text = words();
  const part = ({ from_ms: from, to_ms: to }: ExhibitView['played'][number]): string => `${time(from)}–${to === null ? '' : time(to)}`;
  const long = file.length_ms === undefined || file.length_ms === null ? text.recording : text.recordingOf(time(file.length_ms));
  return parts.length === 0 ? long : `${long} · ${text.parts(parts.map(part).join(', '))}`;
}

/** Who handed it in: a person by name, else the seat. */
function from(view: View, exhibit: ExhibitView): string {
  const seat = [view.me, ...view.seats].find((one) => one.seat === exhibit.seat);
  return exhibit.name ?? exhibit.point ?? (seat ? seatName(seat) : '');
}

function ActsOf({ view, acts, exhibit, ask }: { view: View; acts: Acts; exhibit: ExhibitView; ask: (asking: Asking) => void }): JSX.Element {
  const text = words();
  const { id } = exhibit;
  const may = (act: View['acts'][number]): boolean => view.acts.includes(act);
  const off = acts.lost !== null;
  const court = view.exhibits.presents && (may('submit_exhibit') || may('allow_presenting') || may('rule_exhibit'));
  const waits = exhibit.standing === 'submitted';
  return (
    <div class="row exhibit-acts">
      <Button size="sm" aria-label={text.openOf(id)} testid={`exhibit-look-${id}`} onClick={() => ask({ what: 'look', id })}>{text.open}</Button>
      {exhibit.standing === 'received' && may('submit_exhibit') && <Button size="sm" kind="act" disabled={off} testid={`exhibit-submit-${id}`} onClick={() => void acts.give({ type: 'submit_exhibit', exhibit: id })}>{text.submit}</Button>}
      {(waits || exhibit.standing === 'refused') && may('rule_exhibit') && <Button size="sm" disabled={off} testid={`exhibit-admit-${id}`} onClick={() => void acts.give({ type: 'rule_exhibit', exhibit: id, admit: true, reason: null })}>{text.admit}</Button>}
      {(waits || exhibit.standing === 'admitted') && may('rule_exhibit') && view.shown?.id !== id && <Button size="sm" disabled={off} testid={`exhibit-refuse-${id}`} onClick={() => ask({ what: 'refuse', id })}>{text.refuse}</Button>}
      {exhibit.standing === 'admitted' && may('present') && view.shown?.id !== id && (
        <Button size="sm" disabled={off} testid={`exhibit-show-${id}`} onClick={() => void acts.give({ type: 'show_exhibit', exhibit: id, to: null, observers: false, page: null })}>{text.show}</Button>
      )}
      {exhibit.standing === 'admitted' && may('present') && court && <Button size="sm" disabled={off} testid={`exhibit-choose-${id}`} onClick={() => ask({ what: 'choose', id })}>{text.choose}</Button>}
    </div>
  );
}

/** The presiding judge's leave to present, for whoever handed something in. */
function Leave({ view, acts, exhibit }: { view: View; acts: Acts; exhibit: ExhibitView }): JSX.Element | null {
  const seat = view.seats.find((one) => one.seat === exhibit.seat);
  if (!seat || !view.acts.includes('allow_presenting') || exhibit.standing !== 'admitted') return null;
  const allowed = view.exhibits.presenters.includes(seat.seat);
  const text = allowed ? words().withdrawPresenting(seatName(seat)) : words().allowPresenting(seatName(seat));
  return <Button kind="text" size="sm" testid={`present-${seat.seat}`} onClick={() => void acts.give({ type: 'allow_presenting', seat: seat.seat, allowed: !allowed })}>{text}</Button>;
}

export function Exhibits({ session, view, acts }: ListProps): JSX.Element | null {
  const text = words();
  const [asking, ask] = useState<Asking>(null);
  const { list } = view.exhibits;
  const court = view.acts.includes('submit_exhibit') || view.acts.includes('rule_exhibit') || view.acts.includes('allow_presenting');
  if (list.length === 0) return null;
  const asked = list.find((exhibit) => exhibit.id === asking?.id);
  const back = (): void => ask(null);
  const count = (which: ExhibitView['standing'][]): number => list.filter((exhibit) => which.includes(exhibit.standing)).length;
  return (
    <section class="exhibits" aria-label={court ? text.title : text.mine} data-testid="exhibits">
      <h2 class="row between"><span>{court ? text.title : text.mine}</span>{court && <span class="meta">{text.counts(count(['admitted']), count(['received', 'submitted']))}</span>}</h2>
      <ol>
        {list.map((exhibit) => (
          <li key={exhibit.id} data-testid={`exhibit-${exhibit.id}`} data-standing={exhibit.standing} class={view.shown?.id === exhibit.id ? 'is-shown' : undefined}>
            <p class="row between"><span class="strong"><span class="num">{exhibit.id}</span> {titled(exhibit.title)}</span><span class="meta">{standing(view, exhibit)}</span></p>
            <p class="meta">{text.handedIn(from(view, exhibit), receipt(exhibit.id))} · <time>{clockTime(exhibit.at_ms, view.hearing.zone)}</time></p>
            {isRecording(exhibit.file) && <p class="meta" data-testid={`exhibit-played-${exhibit.id}`}>{played(exhibit)}</p>}
            <p class="meta num" title={exhibit.file.sha256}>{text.hash(shortHash(exhibit.file.sha256))}</p>
            {exhibit.reason !== null && <p class="meta">{text.reason}: {exhibit.reason}</p>}
            <ActsOf view={view} acts={acts} exhibit={exhibit} ask={ask} />
            {court && <Leave view={view} acts={acts} exhibit={exhibit} />}
          </li>
        ))}
      </ol>
      {asked && asking?.what === 'look' && <Preview session={session} exhibit={asked} back={back} />}
      {asked && asking?.what === 'refuse' && <Refuse exhibit={asked} acts={acts} back={back} />}
      {asked && asking?.what === 'choose' && <Choose view={view} exhibit={asked} acts={acts} back={back} />}
    </section>
  );
}
