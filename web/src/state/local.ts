//! The camera and microphone of this screen, followed while they are plugged in and out.

import { computed, signal } from '@preact/signals';
import { capture, captureBoth, found, keepChoice, keptChoice, type Captured, type Choice, type Found, type Kind } from '../core/devices';
import { watchLevel } from '../core/level';
import type { DeviceKind } from '../protocol/generated/signal';

/** Pages that follow each other within this time, in ms, keep the devices. */
const LINGER = 500;

const NOTHING: Captured = { track: null, trouble: 'none' };

export class LocalDevices {
  readonly camera = signal<Captured | null>(null);
  readonly microphone = signal<Captured | null>(null);
  readonly found = signal<Found>({ cameras: [], microphones: [] });
  readonly choice = signal<Choice>(keptChoice());
  /** 0 to 1; changes ten times a second. */
  readonly level = signal(0);
  /** The loudest since the microphone was taken: whether anything was heard at all. */
  readonly peak = signal(0);
  /** True while the person is being asked. */
  readonly asking = signal(false);

  readonly tracks = computed(() => {
    const tracks = new Map<DeviceKind, MediaStreamTrack>();
    const [camera, microphone] = [this.camera.value?.track, this.microphone.value?.track];
    if (microphone) tracks.set('microphone', microphone);
    if (camera) tracks.set('camera1', camera);
    return tracks;
  });

  private running = false;
  private users = 0;
  private stopLevel: () => void = () => undefined;

  /** Takes both devices and follows them until the last page that uses them is gone. */
  use(): () => void {
    this.users += 1;
    if (!this.running) {
      this.running = true;
      navigator.mediaDevices?.addEventListener('devicechange', this.changed);
      void this.take();
    }
    return () => {
      this.users -= 1;
      setTimeout(() => { if (this.users === 0) this.stop(); }, LINGER);
    };
  }

  /** Asks again for what could not be had. */
  async again(): Promise<void> {
    await this.take();
  }

  private stop(): void {
    if (!this.running) return;
    this.running = false;
    navigator.mediaDevices?.removeEventListener('devicechange', this.changed);
    this.hold('camera', null);
    this.hold('microphone', null);
  }

  async choose(kind: Kind, id: string): Promise<void> {
    this.keep({ ...this.choice.value, [kind]: id });
    await this.retake(kind);
  }

  async chooseEcho(echo: boolean): Promise<void> {
    this.keep({ ...this.choice.value, echo });
    await this.retake('microphone');
  }

  private keep(choice: Choice): void {
    this.choice.value = choice;
    keepChoice(choice);
  }

  private async take(): Promise<void> {
    if (!navigator.mediaDevices) {
      this.hold('camera', NOTHING);
      this.hold('microphone', NOTHING);
      return;
    }
    this.asking.value = true;
    const both = await captureBoth(this.choice.value);
    this.asking.value = false;
    this.hold('microphone', both.microphone);
    this.hold('camera', both.camera);
    await this.look();
  }

  private async retake(kind: Kind): Promise<void> {
    // The old track goes first: some cameras cannot be opened twice.
    this[kind].value?.track?.stop();
    this.hold(kind, await capture(kind, this.choice.value));
    await this.look();
  }

  private async look(): Promise<void> {
    this.found.value = await found().catch(() => this.found.value);
  }

  /** Something was plugged in or out: what is missing is looked for again. */
  private readonly changed = async (): Promise<void> => {
    await this.look();
    for (const kind of ['camera', 'microphone'] as const) {
      const had = this[kind].value;
      const gone = had?.track?.readyState === 'ended';
      if (this.running && (gone || had?.trouble === 'none')) await this.retake(kind);
    }
  };

  private hold(kind: Kind, captured: Captured | null): void {
    const before = this[kind].peek()?.track;
    if (!this.running && captured?.track) {
      captured.track.stop();
      return;
    }
    if (before && before !== captured?.track) before.stop();
    if (captured?.track) captured.track.onended = () => { void this.retake(kind); };
    this[kind].value = captured;
    if (kind === 'microphone') this.listen(captured?.track ?? null);
  }

  private listen(track: MediaStreamTrack | null): void {
    this.stopLevel();
    this.level.value = 0;
    this.peak.value = 0;
    this.stopLevel = () => undefined;
    if (!track) return;
    this.stopLevel = watchLevel(track, (level) => {
      this.level.value = level;
      if (level > this.peak.peek()) this.peak.value = level;
    });
  }
}

/** One set a page: the check page takes them, the courtroom goes on with them. */
export const local = new LocalDevices();
