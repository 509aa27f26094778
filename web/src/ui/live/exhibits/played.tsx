//! A recording that the court shows: played out of one browser, seen and heard on every screen that it is shown to.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { positionAt, Reel, time } from '../../../core/reel';
import { playedPicture } from '../../../core/view';
import type { ExhibitFile, PlayView, View } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { useNow } from '../../../state/hooks';
import { Button, Icon } from '../../parts';
import type { Acts } from '../acts';
import { RemotePicture } from '../picture';
import { useFile } from './page';
import { words } from './words';

/** Whether it plays, where it is, and how long it is. */
export function Progress({ session, play, length }: { session: Session; play: PlayView; length: number | null }): JSX.Element {
  const text = words();
  const at = positionAt(play, length, useNow(session).value);
  return (
    <p class="row exhibit-progress" data-testid="exhibit-progress" data-playing={play.playing}>
      <span class="row" role="status"><Icon name={play.playing ? 'play' : 'pause'} />{play.playing ? text.playing : text.paused}</span>
      <span class="num">{time(at)}{length !== null && ` / ${time(length)}`}</span>
    </p>
  );
}

/** What it is while there is no picture: a card of sound, or that it is being opened. */
function Card({ ready }: { ready: boolean }): JSX.Element {
  const text = words();
  return <p class="exhibit-says lead" role="status" data-testid={ready ? 'exhibit-sound-only' : 'exhibit-opening'}><Icon name={ready ? 'speaker' : 'doc'} size={48} />{ready ? text.soundOnly : text.opening}</p>;
}

interface PlayedProps {
  session: Session;
  view: View;
  acts: Acts;
  file: ExhibitFile;
  play: PlayView;
  title: string;
  /** This screen controls it. */
  may: boolean;
}

/** Opened here and sent to the others: follows the court's word of where it is. */
function Source({ session, acts, file, play, title }: PlayedProps): JSX.Element {
  const text = words();
  const place = useRef<HTMLDivElement>(null);
  const [pictured, setPictured] = useState(true);
  const open = (blob: Blob): Promise<Reel> => new Promise((done, failed) => {
    const reel: Reel = new Reel(blob, {
      open: (tracks) => {
        session.played.value = tracks;
        setPictured(reel.pictured);
        done(reel);
      },
      failed: () => { reel.close(); failed(new Error('this browser cannot play it')); },
      // Its own end is told like a press: the record says where it stood.
      ended: (at) => void session.command({ type: 'play_exhibit', playing: false, at_ms: at }),
    });
  });
  const { state, again } = useFile(session, file, open);
  const reel = state.at === 'open' ? state.opened : null;
  useEffect(() => () => { session.played.value = new Map(); }, [session, file.sha256]);
  useEffect(() => {
    if (!reel) return;
    reel.element.setAttribute('aria-label', title);
    place.current?.append(reel.element);
  }, [reel]);
  useEffect(() => reel?.follow(play, session.now()), [reel, play.playing, play.position_ms, play.since_ms]);
  useEffect(() => reel?.sounds(play.sounds), [reel, play.sounds]);
  return (
    <div class="exhibit-place exhibit-played" data-testid="exhibit-source" data-open={reel !== null}>
      <div class="exhibit-reel" ref={place} hidden={!pictured} />
      {reel && !pictured && <Card ready />}
      {state.at === 'loading' && <p class="body ink-2 exhibit-says" role="status">{text.loading}</p>}
      {state.at === 'failed' && <div class="exhibit-says" role="alert" data-testid="exhibit-failed"><p class="body">{text.cannotPlay}</p><Button size="sm" disabled={acts.lost !== null} onClick={again}>{text.again}</Button></div>}
    </div>
  );
}

/** As it arrives: the picture here, the sound with every other sound. */
function Arriving({ session, view, play, title }: PlayedProps): JSX.Element {
  const track = playedPicture(view.tracks);
  return (
    <div class="exhibit-place exhibit-played" role="img" aria-label={title}>
      {track ? <RemotePicture key={track} session={session} track={track} /> : <Card ready={play.ready} />}
    </div>
  );
}

/** Play, pause, from the beginning, and the place in it. */
function Controls({ session, acts, file, play }: PlayedProps): JSX.Element {
  const text = words();
  const [drawn, setDrawn] = useState<number | null>(null);
  const length = file.length_ms ?? null;
  const at = positionAt(play, length, useNow(session).value);
  const give = (playing: boolean, at_ms: number | null): void => void acts.give({ type: 'play_exhibit', playing, at_ms });
  const ends = length !== null && at >= length;
  const shownAt = drawn ?? at;
  // Without a length there is a slider as far as it has come, and an hour at least.
  const most = length ?? Math.max(3_600_000, at);
  return (
    <div class="row exhibit-controls" data-testid="exhibit-controls">
      <Button kind="act" size="sm" icon={play.playing ? 'pause' : 'play'} testid="exhibit-play" disabled={!play.ready} onClick={() => give(!play.playing, ends && !play.playing ? 0 : null)}>{play.playing ? text.pause : text.play}</Button>
      <Button size="sm" icon="back" testid="exhibit-restart" disabled={!play.ready} onClick={() => give(true, 0)}>{text.restart}</Button>
      <input type="range" class="grow" min={0} max={most} step={1000} value={shownAt} aria-label={text.place} aria-valuetext={text.placeOf(time(shownAt), time(most))} data-testid="exhibit-seek" disabled={!play.ready}
        onInput={(event) => setDrawn(Number(event.currentTarget.value))}
        onChange={(event) => { setDrawn(null); give(play.playing, Number(event.currentTarget.value)); }} />
    </div>
  );
}

/** The recording with its controls, as this screen has it. */
export function Played(props: PlayedProps): JSX.Element {
  const { may, play } = props;
  return (
    <div class="exhibit-recording">
      {play.mine ? <Source {...props} /> : <Arriving {...props} />}
      {may && <Controls {...props} />}
    </div>
  );
}

/** The court looks and listens before anybody else does: here alone. */
export function Listen({ session, file, title }: { session: Session; file: ExhibitFile; title: string }): JSX.Element {
  const text = words();
  const element = useRef<HTMLVideoElement>(null);
  const [broken, setBroken] = useState(false);
  const open = (blob: Blob): Promise<{ url: string; close: () => void }> => {
    const url = URL.createObjectURL(blob);
    return Promise.resolve({ url, close: () => URL.revokeObjectURL(url) });
  };
  const { state, again } = useFile(session, file, open);
  const failed = state.at === 'failed' || broken;
  return (
    <div class="exhibit-place exhibit-played">
      {state.at === 'open' && !broken && <video ref={element} src={state.opened.url} controls controlsList="nodownload" playsInline disablePictureInPicture aria-label={title} data-testid="exhibit-listen" onError={() => setBroken(true)} />}
      {state.at === 'loading' && <p class="body ink-2 exhibit-says" role="status">{text.loading}</p>}
      {failed && <div class="exhibit-says" role="alert" data-testid="exhibit-failed"><p class="body">{broken ? text.cannotPlay : text.failed}</p><Button size="sm" onClick={() => { setBroken(false); again(); }}>{text.again}</Button></div>}
    </div>
  );
}
