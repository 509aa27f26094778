//! The verdicts of the device check: effect in bold, remedy below.

import type { JSX } from 'preact';
import { useSignal } from '@preact/signals';
import { useEffect, useState } from 'preact/hooks';
import type { Captured, Kind } from '../../core/devices';
import { measured, verdict, type Measured } from '../../core/network';
import { browserKind } from '../../core/support';
import { testTones } from '../../core/tone';
import { t } from '../../i18n';
import { local } from '../../state/local';
import type { Session } from '../../state/session';
import { Button } from '../../ui/parts';

/** Meter position above which a voice is loud enough. */
const LOUD = 0.35;

interface ResultProps {
  tone: 'ok' | 'look' | 'plain';
  icon?: string;
  head: string;
  detail?: string | undefined;
  /** Measured anew each second: to be read, not to be said each time. */
  figures?: string | undefined;
  testid: string;
  children?: JSX.Element | null;
}

function Result({ tone, icon, head, detail, figures, testid, children }: ResultProps): JSX.Element {
  return (
    <li data-testid={testid} data-tone={tone}>
      <i class={`i i-${icon ?? (tone === 'ok' ? 'check-ring' : tone === 'look' ? 'alert' : 'clock')} ${tone === 'plain' ? 'ink-2' : tone}`} aria-hidden="true" />
      <span class="body strong">{head}</span>
      {detail && <small>{detail}</small>}
      {figures && <small aria-live="off">{figures}</small>}
      {children}
    </li>
  );
}

function trouble(kind: Kind, captured: Captured): { head: string; detail: string } {
  const words = t().check;
  const camera = kind === 'camera';
  if (captured.trouble === 'refused') {
    return { head: camera ? words.cameraRefused : words.microphoneRefused, detail: words.allow[browserKind(navigator.userAgent)] };
  }
  if (captured.trouble === 'busy') return { head: camera ? words.cameraBusy : words.microphoneBusy, detail: words.closeOther };
  return { head: camera ? words.cameraMissing : words.microphoneMissing, detail: words.plugIn };
}

function Camera(): JSX.Element {
  const words = t().check;
  const captured = local.camera.value;
  if (!captured) return <Result tone="plain" testid="check-camera" head={words.asking} detail={words.askingHelp} />;
  if (captured.track) {
    const { width = 0, height = 0 } = captured.track.getSettings();
    return <Result tone="ok" testid="check-camera" head={words.cameraWorks} detail={words.cameraSize(width, height)} />;
  }
  const { head, detail } = trouble('camera', captured);
  const soundStays = Boolean(local.microphone.value?.track);
  return (
    <Result tone="look" testid="check-camera" head={head} detail={soundStays ? `${words.withSound}. ${detail}` : detail}>
      <Button size="sm" onClick={() => void local.again()}>{t().tryAgain}</Button>
    </Result>
  );
}

function Microphone(): JSX.Element {
  const words = t().check;
  const captured = local.microphone.value;
  if (!captured) return <Result tone="plain" testid="check-microphone" head={words.asking} detail={words.askingHelp} />;
  if (captured.track) {
    return local.peak.value > LOUD
      ? <Result tone="ok" testid="check-microphone" head={words.microphoneWorks} detail={words.microphoneFine} />
      : <Result tone="plain" icon="mic" testid="check-microphone" head={words.microphoneSilent} detail={words.microphoneSilentHelp} />;
  }
  const { head, detail } = trouble('microphone', captured);
  return (
    <Result tone="look" testid="check-microphone" head={head} detail={detail}>
      <Button size="sm" onClick={() => void local.again()}>{t().tryAgain}</Button>
    </Result>
  );
}

function Speaker(): JSX.Element {
  const words = t().check;
  const [state, setState] = useState<'untried' | 'playing' | 'played' | 'blocked'>('untried');
  const play = async (): Promise<void> => {
    setState('playing');
    setState((await testTones()) ? 'played' : 'blocked');
  };
  const head = { untried: words.speaker, playing: words.speakerPlaying, played: words.speakerPlayed, blocked: words.speakerBlocked }[state];
  const tone = state === 'played' ? 'ok' : state === 'blocked' ? 'look' : 'plain';
  return (
    <Result tone={tone} icon={tone === 'plain' ? 'speaker' : undefined} testid="check-speaker" head={head} detail={state === 'untried' ? words.speakerHelp : words.speakerNotHeard}>
      <Button size="sm" disabled={state === 'playing'} onClick={() => void play()}>{words.speakerTest}</Button>
    </Result>
  );
}

/** Measures once a second on the real way. */
function useMeasured(session: Session): Measured {
  const begun = useSignal(performance.now());
  const media = useSignal<Pick<Measured, 'mediaTrip' | 'available' | 'lost'>>({ mediaTrip: null, available: null, lost: null });
  const since = useSignal(0);
  useEffect(() => {
    const timer = setInterval(() => {
      since.value = performance.now() - begun.value;
      void session.upStats()?.then((report) => {
        const entries: RTCStats[] = [];
        report.forEach((entry: RTCStats) => entries.push(entry));
        media.value = measured(entries);
      });
    }, 1000);
    return () => clearInterval(timer);
  }, [session]);
  const sends = local.tracks.value.size > 0 && session.view.value?.me.room !== 'courtroom';
  return {
    signal: session.link.value.at === 'open',
    trip: session.roundTrip(),
    media: sends ? session.upState.value : null,
    since: since.value,
    ...media.value,
  };
}

function Network({ session }: { session: Session }): JSX.Element {
  const words = t().check;
  const m = useMeasured(session);
  const said = verdict(m);
  const trip = m.mediaTrip ?? m.trip;
  const figures = trip === null ? undefined : words.networkFigures(
    Math.max(1, Math.round(trip)),
    m.available === null ? null : m.available / 1e6,
    m.lost === null ? null : m.lost * 100,
  );
  switch (said) {
    case 'testing': return <Result tone="plain" testid="check-network" head={words.networkTesting} />;
    case 'untried': return <Result tone="plain" icon="check-ring" testid="check-network" head={words.networkUntried} figures={figures} />;
    case 'good': return <Result tone="ok" testid="check-network" head={words.networkGood} figures={figures} />;
    case 'fair': return <Result tone="ok" testid="check-network" head={words.networkFair} figures={figures} />;
    case 'weak': return <Result tone="look" testid="check-network" head={words.networkWeak} figures={figures} />;
    case 'signal_only': return <Result tone="look" testid="check-network" head={words.networkSignalOnly} detail={words.networkSignalOnlyHelp} />;
    case 'none': return <Result tone="look" testid="check-network" head={words.networkNone} />;
  }
}

export function Verdicts({ session }: { session: Session }): JSX.Element {
  return <ul class="res" aria-live="polite"><Camera /><Microphone /><Speaker /><Network session={session} /></ul>;
}
