//! The minutes for somebody who took part, right after the hearing, with the same seat's token. The address names nobody.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { agree, ask, heardBy, type Minutes, minutesOf, type MinutesLine, type ReadingKey, readingKey, soundOf } from '../../core/minutes';
import { shortDay } from '../../i18n/format';
import { Dialog } from '../../ui/dialog';
import { Lines } from '../../ui/minutes/lines';
import { SoundBar, useSound } from '../../ui/minutes/sound';
import { textOf, words } from '../../ui/minutes/words';
import { Failure, LanguageSwitch, Loading, Seal, usePage } from '../../ui/page';
import { Button, Notice, TextField } from '../../ui/parts';
import { useRehearsal } from '../../ui/rehearsal';
import { problemIn, told } from '../../ui/problems';
import { useLoad } from '../login/parts/load';
import { Problematic } from '../login/parts/frame';

/** How long until it is asked again whether the record is sealed. */
const AGAIN_MS = 3000;

export default function MinutesPage(): JSX.Element {
  const text = words();
  usePage(text.title, 'paper');
  const [key] = useState(readingKey);
  return (
    <>
      <header class="mast"><div class="mark"><Seal /><span class="body strong">{text.title}</span></div><p class="end"><LanguageSwitch /></p></header>
      <main class="wrap">{key === null ? <Failure title={text.noKey} /> : <Reading of={key} />}</main>
    </>
  );
}

function Reading({ of }: { of: ReadingKey }): JSX.Element {
  const text = words();
  const [sitting, setSitting] = useState<number | null>(null);
  const { now, again } = useLoad(() => minutesOf(of, sitting), [sitting]);
  const sealing = now.state === 'failed' && (now.problem.code === 'not_sealed_yet' || now.problem.code === 'not_now');
  useEffect(() => {
    if (!sealing) return undefined;
    const timer = setTimeout(again, AGAIN_MS);
    return () => { clearTimeout(timer); };
  }, [now]);
  if (sealing) return <Notice live="polite" testid="sealing">{text.sealing}</Notice>;
  if (now.state === 'failed') return <Problematic problem={now.problem} again={again} />;
  if (now.state === 'loading') return <Loading />;
  return <Read key={now.value.sitting} of={of} minutes={now.value} again={again} choose={setSitting} />;
}

/** The sittings that may still be read, where there is more than one. */
function Sittings({ minutes, choose }: { minutes: Minutes; choose: (sitting: number) => void }): JSX.Element | null {
  const text = words();
  const all = minutes.sittings ?? [];
  if (all.length < 2) return null;
  return (
    <p class="row row-3 minutes-acts">
      {[...all].reverse().map((sitting) => (
        <Button key={sitting} size="sm" aria-pressed={sitting === Number(minutes.sitting)} testid={`sitting-${String(sitting)}`} onClick={() => { choose(sitting); }}>{text.sitting(sitting)}</Button>
      ))}
    </p>
  );
}

function Ask({ of, sitting, line, done, close }: { of: ReadingKey; sitting: number; line: MinutesLine; done: () => void; close: () => void }): JSX.Element {
  const text = words();
  const [wanted, setWanted] = useState(line.text ?? textOf(line));
  const [trouble, setTrouble] = useState<string | undefined>();
  const send = (): void => {
    ask(of, sitting, line.n, { text: wanted }).then(done, (error: unknown) => {
      const { title, detail } = told(problemIn(error));
      setTrouble([title, detail].filter(Boolean).join('. '));
    });
  };
  return (
    <Dialog title={text.ask} act={text.send} back={text.cancel} disabled={wanted.trim() === ''} testid="ask" onAct={send} onBack={close}>
      <TextField label={text.wanted} value={wanted} onValue={setWanted} maxLength={2000} error={trouble} testid="ask-text" />
    </Dialog>
  );
}

function Read({ of, minutes, again, choose }: { of: ReadingKey; minutes: Minutes; again: () => void; choose: (sitting: number) => void }): JSX.Element {
  const text = words();
  useRehearsal(minutes.rehearsal);
  const sitting = Number(minutes.sitting);
  const sounds = useLoad(() => heardBy(of, sitting), []);
  const timeline = sounds.now.state === 'ready' ? sounds.now.value : undefined;
  const made = useSound(timeline, () => soundOf(of, sitting), []);
  const [asking, setAsking] = useState<MinutesLine | null>(null);
  const [trouble, setTrouble] = useState<string | undefined>();
  const hears = timeline !== undefined && timeline.tracks.some((track) => track.segments.length > 0);
  const say = (): void => {
    agree(of, sitting).then(() => { setTrouble(undefined); again(); }, (error: unknown) => { setTrouble(told(problemIn(error)).title); });
  };
  return (
    <div class="minutes-page">
      <div>
        <p class="meta">{minutes.case} · {shortDay(minutes.began_utc_ms, minutes.zone)}</p>
        <h1 class="title">{minutes.title === '' ? minutes.case : minutes.title}</h1>
      </div>
      <Sittings minutes={minutes} choose={choose} />
      {minutes.log.fault !== null && <Notice kind="look" live="assertive" testid="lost">{text.lost}</Notice>}
      {timeline && made && <SoundBar timeline={timeline} made={made} />}
      <Lines lines={minutes.lines} beganMs={minutes.began_utc_ms} zone={minutes.zone} atMs={made?.state.positionMs ?? null}
        onHear={hears && made ? (ms) => { made.player.seek(ms); made.player.play(); } : undefined}
        acts={(line) => <Button kind="text" size="sm" aria-label={text.askOf(textOf(line))} testid={`ask-${String(line.n)}`} onClick={() => { setAsking(line); }}>{text.ask}</Button>} />
      {minutes.agreed.length > 0 ? <Notice kind="ok" live="polite" testid="agreed">{text.agreed}</Notice>
        : <Button kind="act" size="lg" testid="agree" onClick={say}>{text.agree}</Button>}
      {trouble !== undefined && <p class="fault body" role="alert">{trouble}</p>}
      {minutes.seal && <p class="meta minutes-seal">{text.seal(minutes.seal.root)}</p>}
      {asking && <Ask of={of} sitting={sitting} line={asking} close={() => { setAsking(null); }} done={() => { setAsking(null); again(); }} />}
    </div>
  );
}
