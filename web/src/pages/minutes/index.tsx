//! The minutes for somebody who took part, right after the hearing, with the same seat's token. The address names nobody.

import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { agree, ask, heardBy, type Minutes, minutesOf, type MinutesLine, type ReadingKey, readingKey, soundUrl } from '../../core/minutes';
import { rangesFrom } from '../../core/player/source';
import { shortDay } from '../../i18n/format';
import { Dialog } from '../../ui/dialog';
import { Lines } from '../../ui/minutes/lines';
import { SoundBar, useSound } from '../../ui/minutes/sound';
import { textOf, words } from '../../ui/minutes/words';
import { Failure, LanguageSwitch, Loading, Seal, usePage } from '../../ui/page';
import { Button, Notice, TextField } from '../../ui/parts';
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
  const { now, again } = useLoad(() => minutesOf(of.hearing, of.token), []);
  const sealing = now.state === 'failed' && (now.problem.code === 'not_sealed_yet' || now.problem.code === 'not_now');
  useEffect(() => {
    if (!sealing) return undefined;
    const timer = setTimeout(again, AGAIN_MS);
    return () => { clearTimeout(timer); };
  }, [now]);
  if (sealing) return <Notice live="polite" testid="sealing">{text.sealing}</Notice>;
  if (now.state === 'failed') return <Problematic problem={now.problem} again={again} />;
  if (now.state === 'loading') return <Loading />;
  return <Read of={of} minutes={now.value} again={again} />;
}

function Ask({ of, line, done, close }: { of: ReadingKey; line: MinutesLine; done: () => void; close: () => void }): JSX.Element {
  const text = words();
  const [wanted, setWanted] = useState(line.text ?? textOf(line));
  const [trouble, setTrouble] = useState<string | undefined>();
  const send = (): void => {
    ask(of.hearing, of.token, line.n, wanted).then(done, (error: unknown) => {
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

function Read({ of, minutes, again }: { of: ReadingKey; minutes: Minutes; again: () => void }): JSX.Element {
  const text = words();
  const sounds = useLoad(() => heardBy(of.hearing, of.token), []);
  const timeline = sounds.now.state === 'ready' ? sounds.now.value : undefined;
  const signed = (input: RequestInfo | URL, init?: RequestInit): Promise<Response> =>
    globalThis.fetch(input, { ...init, headers: { ...(init?.headers as Record<string, string> | undefined), Authorization: `Bearer ${of.token}` } });
  const made = useSound(timeline, () => rangesFrom((file) => soundUrl(of.hearing, file), signed), []);
  const [asking, setAsking] = useState<MinutesLine | null>(null);
  const [trouble, setTrouble] = useState<string | undefined>();
  const hears = timeline !== undefined && timeline.tracks.some((track) => track.segments.length > 0);
  const say = (): void => {
    agree(of.hearing, of.token).then(() => { setTrouble(undefined); again(); }, (error: unknown) => { setTrouble(told(problemIn(error)).title); });
  };
  return (
    <div class="minutes-page">
      <div>
        <p class="meta">{minutes.case} · {shortDay(minutes.began_utc_ms, minutes.zone)}</p>
        <h1 class="title">{minutes.title === '' ? minutes.case : minutes.title}</h1>
      </div>
      {minutes.log.fault !== null && <Notice kind="look" live="assertive" testid="lost">{text.lost}</Notice>}
      {timeline && made && <SoundBar timeline={timeline} made={made} />}
      <Lines lines={minutes.lines} beganMs={minutes.began_utc_ms} zone={minutes.zone} atMs={made?.state.positionMs ?? null}
        onHear={hears && made ? (ms) => { made.player.seek(ms); made.player.play(); } : undefined}
        acts={(line) => <Button kind="text" size="sm" aria-label={text.askOf(textOf(line))} testid={`ask-${String(line.n)}`} onClick={() => { setAsking(line); }}>{text.ask}</Button>} />
      {minutes.agreed.length > 0 ? <Notice kind="ok" live="polite" testid="agreed">{text.agreed}</Notice>
        : <Button kind="act" size="lg" testid="agree" onClick={say}>{text.agree}</Button>}
      {trouble !== undefined && <p class="fault body" role="alert">{trouble}</p>}
      {minutes.seal && <p class="meta minutes-seal">{text.seal(minutes.seal.root)}</p>}
      {asking && <Ask of={of} line={asking} close={() => { setAsking(null); }} done={() => { setAsking(null); again(); }} />}
    </div>
  );
}
