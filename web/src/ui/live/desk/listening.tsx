//! The clerk listens to a voice as it lies in the record, some seconds behind the hearing.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Listening as Now } from '../../../core/listening';
import type { TrackId } from '../../../protocol/generated/signal';
import type { Session } from '../../../state/session';
import { Button, Icon } from '../../parts';
import { words } from './words';

export function Listening({ session, track, name, onStop }: { session: Session; track: TrackId; name: string; onStop: () => void }): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null);
  const [now, setNow] = useState<Now>('starting');
  const { record } = words();
  useEffect(() => {
    if (!audio.current) return undefined;
    const voice = session.listen(track, audio.current, setNow);
    return () => { voice.stop(); };
  }, [session, track]);
  const sounds = now === 'playing';
  // The same words twice, three seconds apart, nobody understands; and without the record nobody is to miss the hearing.
  useEffect(() => (sounds ? session.playback.hush() : undefined), [session, sounds]);
  return (
    <div class="listening row between" data-testid="listening" data-now={now}>
      <p class="row body" role="status"><Icon name={sounds || now === 'starting' ? 'speaker' : 'alert'} />{record.listening[now](name)}</p>
      <audio ref={audio} data-testid="recorded-voice" />
      <Button size="sm" testid="listen-stop" onClick={onStop}>{record.listenStop}</Button>
    </div>
  );
}
