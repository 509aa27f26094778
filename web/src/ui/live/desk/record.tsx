//! The record, by person: whether sound comes, how far it was read back, how it sounds there, and what that amounts to. Only
//! what is known.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RecordRow, Verdict } from '../../../core/recordtable';
import { t } from '../../../i18n';
import { clockTime } from '../../../i18n/format';
import type { TrackId } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button, Icon, SectionHead } from '../../parts';
import { seatName, seatRole } from '../words';
import { Listening } from './listening';
import { words } from './words';

/** Nothing that is meant to be so is drawn as a fault. */
const LOOKS: Record<Verdict, { icon: string | null; tone: string }> = {
  missing: { icon: 'alert', tone: 'look strong' },
  silent: { icon: 'alert', tone: 'look strong' },
  clipped: { icon: 'alert', tone: 'look strong' },
  late: { icon: 'alert', tone: 'look strong' },
  unheard: { icon: 'alert', tone: 'look strong' },
  good: { icon: 'check', tone: 'ok' },
  no_microphone: { icon: 'mic-off', tone: 'ink-2' },
  unrecorded: { icon: 'info', tone: 'look' },
  heard: { icon: 'check', tone: 'ok' },
  quiet: { icon: 'mic', tone: 'ink-2' },
  off: { icon: 'mic-off', tone: 'ink-2' },
  away: { icon: null, tone: 'ink-2' },
  rests: { icon: null, tone: 'ink-2' },
};

interface RowProps {
  row: RecordRow;
  zone: string;
  listens: boolean;
  onListen: () => void;
}

function Row({ row, zone, listens, onListen }: RowProps): JSX.Element {
  const { record } = words();
  const { icon, tone } = LOOKS[row.verdict];
  const { seat } = row;
  return (
    <tr class={row.speaks ? 'is-current' : undefined} data-testid={`record-${seat.seat}`} data-verdict={row.verdict}>
      <th scope="row"><span class="strong">{seatName(seat)}</span> <span class="meta">{seatRole(seat)}</span></th>
      <td>{row.speaks ? <span class="flag"><Icon name="speaker" size={16} />{record.speaks}</span> : row.heardAt === null ? <span class="ink-2">{record.never}</span> : <time>{clockTime(row.heardAt, zone)}</time>}</td>
      <td>{row.readBack === null ? <span class="ink-2">–</span> : <time>{clockTime(row.readBack, zone)}</time>}</td>
      <td>{row.pictureAt === null ? <span class="ink-2">–</span> : <time>{clockTime(row.pictureAt, zone)}</time>}</td>
      <td><span class={`flag ${tone}`}>{icon && <Icon name={icon} />}{record.verdicts[row.verdict]}</span>
        {row.voice !== null && <Button size="sm" kind="text" icon="speaker" testid={`listen-${seat.seat}`} aria-pressed={listens} aria-label={record.listenTo(seatName(seat))} onClick={onListen}>{record.listen}</Button>}
      </td>
    </tr>
  );
}

interface TableProps {
  session: Session;
  rows: readonly RecordRow[];
  zone: string;
  lost: boolean;
}

export function RecordTable({ session, rows, zone, lost }: TableProps): JSX.Element {
  const { record } = words();
  const [voice, setVoice] = useState<{ track: TrackId; name: string } | null>(null);
  const toggle = ({ voice: track, seat }: RecordRow): void => setVoice(track === null || track === voice?.track ? null : { track, name: seatName(seat) });
  return (
    <section class="record-table" data-testid="record-table">
      <SectionHead title={record.title}>{record.how}</SectionHead>
      {lost ? <p class="body ink-2 record-note">{t().line.stateUnknown}</p> : (
        <table class="tight">
          <thead><tr><th scope="col">{record.person}</th><th scope="col">{record.sound}</th><th scope="col">{record.readBack}</th><th scope="col">{record.picture}</th><th scope="col">{record.result}</th></tr></thead>
          <tbody>{rows.map((row) => <Row key={row.seat.seat} row={row} zone={zone} listens={row.voice !== null && row.voice === voice?.track} onListen={() => toggle(row)} />)}</tbody>
        </table>
      )}
      {voice && <Listening key={voice.track} session={session} track={voice.track} name={voice.name} onStop={() => setVoice(null)} />}
      <p class="meta record-note">{record.level}</p>
    </section>
  );
}
