//! The minutes of a sealed record, for those who keep them: read with the sound, requests answered, set on paper.

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { api, mediaUrl } from '../../core/api';
import { type Minutes, type MinutesRequest, paperUrl } from '../../core/minutes';
import { rangesFrom } from '../../core/player/source';
import { language } from '../../i18n';
import { clockTime, shortDay } from '../../i18n/format';
import type { Params } from '../../state/route';
import { Dialog } from '../../ui/dialog';
import { Lines } from '../../ui/minutes/lines';
import { SoundBar, useSound } from '../../ui/minutes/sound';
import { askedText, whose, words } from '../../ui/minutes/words';
import { Loading } from '../../ui/page';
import { Button, Notice, TextField } from '../../ui/parts';
import { problemIn, told } from '../../ui/problems';
import { Frame, Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { texts } from './parts/words';
import './parts/records.css';

export default function RecordMinutes({ params }: { params: Params }): JSX.Element {
  const id = params['id'] ?? '';
  return <Frame title={words().title} here="records">{() => <Loaded key={id} id={id} />}</Frame>;
}

function Loaded({ id }: { id: string }): JSX.Element {
  const { now, again } = useLoad((signal) => api.minutes(id, signal), [id]);
  if (now.state !== 'ready') return <main class="wrap">{now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />}</main>;
  return <Kept id={id} minutes={now.value} again={again} />;
}

function Refusing({ request, onRefuse, close, trouble }: { request: MinutesRequest; onRefuse: (reason: string) => void; close: () => void; trouble: string | undefined }): JSX.Element {
  const text = words();
  const [reason, setReason] = useState('');
  return (
    <Dialog title={text.refuseTitle} act={text.refuse} back={text.cancel} disabled={reason.trim() === ''} testid="refuse" onAct={() => { onRefuse(reason); }} onBack={close}>
      <p>{askedText(request)}</p>
      <TextField label={text.reason} value={reason} onValue={setReason} maxLength={2000} error={trouble} testid="refuse-reason" />
    </Dialog>
  );
}

/** To the pictures of a line. */
function SeeLine({ id, clock }: { id: string; clock: string }): JSX.Element {
  return <a class="see-line meta" href={`/records/${encodeURIComponent(id)}?t=${clock}`} aria-label={texts().seeFrom(clock)}>{texts().see}</a>;
}

function Kept({ id, minutes, again }: { id: string; minutes: Minutes; again: () => void }): JSX.Element {
  const text = words();
  const sounds = useLoad((signal) => api.timeline(id, signal), [id]);
  const timeline = sounds.now.state === 'ready' ? sounds.now.value : undefined;
  const made = useSound(timeline, () => rangesFrom((file) => mediaUrl(id, file), (input, init) => globalThis.fetch(input, init)), [id]);
  const [refusing, setRefusing] = useState<MinutesRequest | null>(null);
  const [trouble, setTrouble] = useState<string | undefined>();
  const open = minutes.lines.flatMap((line) => line.requests ?? []).filter((request) => request.ruling === null).length;
  const rule = (number: number, accept: boolean, reason: string | null): void => {
    api.ruleRequest(id, number, accept, reason).then(
      () => { setTrouble(undefined); setRefusing(null); again(); },
      (error: unknown) => { setTrouble(told(problemIn(error)).title); },
    );
  };
  const hears = timeline !== undefined && timeline.tracks.some((track) => track.audio && track.segments.length > 0);
  return (
    <main class="wrap minutes-page">
      <div>
        <p class="meta"><a href={`/records/${encodeURIComponent(id)}`}>{text.toRecord}</a> · {minutes.case} · {shortDay(minutes.began_utc_ms, minutes.zone)}</p>
        <h1 class="title">{text.title}</h1>
        <p class="meta">{text.lines(minutes.lines.length)}{open > 0 && <> · <span class="look strong">{text.asked(open)}</span></>}</p>
      </div>
      <p class="row row-3 minutes-acts">
        <a class="btn" download href={paperUrl(id, 'pdf', language.value)} data-testid="minutes-pdf">{text.pdf}</a>
        <a class="btn" download href={paperUrl(id, 'html', language.value)} data-testid="minutes-html">{text.html}</a>
      </p>
      {minutes.log.fault !== null && <Notice kind="look" live="assertive">{text.damaged}</Notice>}
      {trouble !== undefined && refusing === null && <p class="fault body" role="alert">{trouble}</p>}
      {timeline && made && <SoundBar timeline={timeline} made={made} />}
      <Lines lines={minutes.lines} beganMs={minutes.began_utc_ms} zone={minutes.zone} atMs={made?.state.positionMs ?? null}
        acts={({ utc_ms }) => <SeeLine id={id} clock={clockTime(utc_ms, minutes.zone)} />}
        onHear={hears && made ? (ms) => { made.player.seek(ms); made.player.play(); } : undefined}
        answers={(request) => (
          <p class="row row-3 minutes-acts">
            <Button size="sm" testid={`accept-${String(request.number)}`} onClick={() => { rule(request.number, true, null); }}>{text.accept}</Button>
            <Button size="sm" testid={`refuse-${String(request.number)}`} onClick={() => { setTrouble(undefined); setRefusing(request); }}>{text.refuse}</Button>
          </p>
        )} />
      {minutes.agreed.map((agreed) => <p key={whose(agreed.by)} class="body">{text.agreedBy(whose(agreed.by), clockTime(Date.parse(agreed.at), minutes.zone))}</p>)}
      {minutes.seal && <p class="meta minutes-seal">{text.seal(minutes.seal.root)}</p>}
      {refusing && <Refusing request={refusing} trouble={trouble} close={() => { setRefusing(null); }} onRefuse={(reason) => { rule(refusing.number, false, reason); }} />}
    </main>
  );
}
