//! One record: picture and sound of all parties in step, the ledger's events, and what the record is worth.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { type Me, type Timeline, api, mediaUrl } from '../../core/api';
import { Player, type PlayerState } from '../../core/player/player';
import { rangesFrom } from '../../core/player/source';
import { shortDay } from '../../i18n/format';
import type { Params } from '../../state/route';
import { Empty, Loading } from '../../ui/page';
import { Notice } from '../../ui/parts';
import { useRehearsal } from '../../ui/rehearsal';
import { words as minutes } from '../../ui/minutes/words';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { words } from '../login/parts/words';
import { Axis } from './parts/axis';
import { Composites } from './parts/composite';
import { Events } from './parts/events';
import { Screen } from './parts/screen';
import { Transport } from './parts/transport';
import { Verification } from './parts/verification';
import './parts/records.css';

export default function RecordPage({ params }: { params: Params }): JSX.Element {
  const id = params['id'] ?? '';
  return <Frame title={words().records.title} here="records">{(me) => <Record key={id} id={id} me={me} />}</Frame>;
}

function Record({ id, me }: { id: string; me: Me }): JSX.Element {
  const { now, again } = useLoad((signal) => api.timeline(id, signal), [id]);
  if (now.state !== 'ready') {
    return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
  }
  return <Shown id={id} timeline={now.value} me={me} />;
}

/** A player for as long as the page shows the record. */
function usePlayer(id: string, timeline: Timeline): { player: Player; state: PlayerState } | undefined {
  const [made, setMade] = useState<{ player: Player; state: PlayerState } | undefined>();
  useEffect(() => {
    const fetch = rangesFrom((file) => mediaUrl(id, file), (input, init) => globalThis.fetch(input, init));
    const player: Player = new Player(timeline, fetch, (state) => { setMade({ player, state }); });
    setMade({ player, state: player.state() });
    return () => { player.dispose(); };
  }, [id, timeline]);
  return made;
}

function Shown({ id, timeline, me }: { id: string; timeline: Timeline; me: Me }): JSX.Element {
  const text = words().player;
  useRehearsal(timeline.rehearsal);
  const made = usePlayer(id, timeline);
  const playable = typeof MediaSource !== 'undefined';
  const media = timeline.tracks.some((track) => track.segments.length > 0);
  return (
    <main class="record">
      <section class="ttl" aria-label={words().records.title}>
        <div>
          <p class="meta"><a href="/records">{text.toList}</a> · {timeline.case} · {shortDay(timeline.began_utc_ms + (timeline.spans[0]?.from_ms ?? 0), timeline.zone)}</p>
          <h1 class="title">{timeline.title === '' ? timeline.case : timeline.title}</h1>
        </div>
        <a class="btn" href={`/records/${encodeURIComponent(id)}/minutes`} data-testid="to-minutes">{minutes().title}</a>
      </section>
      <div class="upper">
        {!playable ? <Notice kind="look">{text.noMse}</Notice> : !media
          ? <Empty title={text.empty}><p class="body">{text.emptyHow}</p></Empty>
          : made === undefined ? <Loading /> : <Screen timeline={timeline} player={made.player} state={made.state} />}
        <Events timeline={timeline} atMs={made?.state.positionMs ?? 0} onSeek={(ms) => made?.player.seek(ms)} />
        <Verification id={id} timeline={timeline} zone={me.court.zone} />
      </div>
      {made && (
        <section aria-label={text.controls}>
          <Transport timeline={timeline} player={made.player} state={made.state} />
          <Axis timeline={timeline} player={made.player} state={made.state} />
        </section>
      )}
      <Composites id={id} />
    </main>
  );
}
