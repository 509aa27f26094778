//! Readiness test of a point, without a hearing: on the point's own device by its credential, or by staff who name the point.
//! What is measured is kept by the server with day, time and device.

import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type CourtDetail, type Measured, type Problem, type ReadinessTest, api } from '../../core/api';
import { browserKind } from '../../core/support';
import type { PointId } from '../../protocol/generated/signal';
import { path } from '../../state/route';
import '../../styles/check.css';
import { Loading, Mast, usePage } from '../../ui/page';
import { Button, Level, Notice, SelectField } from '../../ui/parts';
import { problemIn, told } from '../../ui/problems';
import { Problematic } from '../login/parts/frame';
import { useLoad } from '../login/parts/load';
import { CREDENTIAL } from '../point/day';
import { Findings, Result } from './figures';
import { SOUND, probeLine, probePicture, probeSound } from './probe';
import { testing } from './words';

type Step = 'devices' | 'quiet' | 'speech' | 'line' | 'sending' | 'done';

const CELLS = 56;

export default function PointCheck(): JSX.Element {
  const text = testing();
  usePage(text.title, 'paper');
  const [device] = useState(() => localStorage.getItem(CREDENTIAL));
  return (
    <>
      <Mast name="Assize" />
      <main class="wrap">
        <h1 class="display">{text.title}</h1>
        <p class="body ink-2">{text.lead}</p>
        {device === null ? <ByStaff /> : <Bench by={{ device }} />}
      </main>
    </>
  );
}

/** Staff name the point, in the address or here. */
function ByStaff(): JSX.Element {
  const { now, again } = useLoad((signal) => api.court(signal), []);
  if (now.state !== 'ready') return now.state === 'failed' ? <Problematic problem={now.problem} again={again} /> : <Loading />;
  return <Chosen court={now.value} />;
}

function Chosen({ court }: { court: CourtDetail }): JSX.Element {
  const text = testing();
  const asked = new URLSearchParams(path.value.split('?')[1] ?? '').get('point') ?? '';
  const [point, setPoint] = useState<PointId | ''>(court.points.find((one) => one.id === asked)?.id ?? '');
  const options = [{ value: '', label: text.choose }, ...court.points.map((one) => ({ value: one.id, label: one.name }))];
  return (
    <>
      <div class="mt-4 point-choice"><SelectField label={text.point} value={point} options={options} testid="test-point" onValue={setPoint} /></div>
      {point !== '' && <Bench key={point} by={{ point }} />}
    </>
  );
}

interface Found {
  readonly step: Step | 'before';
  readonly test?: ReadinessTest;
  readonly problem?: Problem;
}

type By = { readonly device: string } | { readonly point: PointId };

/** Opens what there is: a camera that is missing is no reason not to measure the microphone. */
async function open(kind: 'audio' | 'video'): Promise<MediaStreamTrack | null> {
  const wanted = kind === 'audio' ? { audio: SOUND } : { video: { width: { ideal: 1280 }, height: { ideal: 720 } } };
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const stream = await devices?.getUserMedia(wanted).catch(() => null);
  return stream?.getTracks()[0] ?? null;
}

function Bench({ by }: { by: By }): JSX.Element {
  const text = testing();
  const video = useRef<HTMLVideoElement>(null);
  const [found, setFound] = useState<Found>({ step: 'before' });
  const [db, setDb] = useState(-120);
  const tracks = useRef<MediaStreamTrack[]>([]);
  const end = (): void => { for (const track of tracks.current.splice(0)) track.stop(); };
  useEffect(() => end, []);

  const begin = async (): Promise<void> => {
    const to = (step: Step): void => { setFound({ step }); };
    end();
    to('devices');
    const [sound, picture] = [await open('audio'), await open('video')];
    tracks.current = [sound, picture].filter((track) => track !== null);
    if (picture && video.current) {
      video.current.srcObject = new MediaStream([picture]);
      await video.current.play().catch(() => undefined);
    }
    const heard = sound && await probeSound(sound, to, setDb).catch(() => null);
    const seen = video.current && picture && probePicture(video.current);
    to('line');
    const line = await probeLine('device' in by ? { Authorization: `Bearer ${by.device}` } : {});
    // The picture stays to be seen; nobody listens any more.
    sound?.stop();
    to('sending');
    const measured: Measured = { line, sound: heard, picture: seen, device: `${browserKind(navigator.userAgent)}, ${navigator.platform}`.slice(0, 200) };
    try {
      setFound({ step: 'done', test: await api.putTest(measured, by) });
    } catch (error) {
      setFound({ step: 'done', problem: problemIn(error) });
    }
  };

  const busy = found.step !== 'before' && found.step !== 'done';
  return (
    <div class="cgrid">
      <div>
        <div class="pic"><video ref={video} class="picture" muted playsInline aria-label={text.ownPicture} />{found.step === 'before' && <p class="empty-seat meta">{text.noPicture}</p>}</div>
        <div class="mt-4"><Level level={1 + db / 60} cells={CELLS} wide /></div>
      </div>
      <div>
        <p class="lead" role="status" data-testid="test-step" data-step={found.step}>{found.step === 'before' ? '' : found.step === 'done' && found.problem ? text.notKept : text.steps[found.step]}</p>
        {found.problem && <Notice kind="look">{told(found.problem).title}</Notice>}
        {found.test && (
          <>
            <p class="mt-2"><Result level={found.test.level} /></p>
            <div class="mt-3"><Findings test={found.test} /></div>
            <p class="meta mt-2">{text.kept}</p>
          </>
        )}
        <div class="row row-3 mt-5 wrap-row">
          <Button kind="act" size="lg" disabled={busy} testid="begin-test" onClick={() => void begin()}>{found.step === 'done' ? text.again : text.begin}</Button>
          {'point' in by && <a class="btn btn-lg" href={`/readiness/${by.point}`}>{text.reports}</a>}
        </div>
      </div>
    </div>
  );
}
