//! The picture of a played party: a plain figure with its role, the paper it shows, and a clock that moves. Nobody takes it
//! for a person.

/** Small, so that a computer plays a dozen. Pixels, and pictures a second. */
export const WIDTH = 320;
export const HEIGHT = 180;
export const RATE = 15;

const GROUND = '#1c1b18';
const INK = '#f4f1ea';
const QUIET = '#c9c4b9';
const PAPER = '#f8f6f1';
const DARK = '#1d1b18';

/** What is drawn now. */
export interface Face {
  /** Says that it is a rehearsal. */
  readonly mark: string;
  readonly role: string;
  /** On the identity paper that is held before the camera. */
  readonly paper: string;
  readonly name: string;
  readonly number: string;
  readonly clock: string;
  readonly speaks: boolean;
  /** The camera shows nothing. */
  readonly dark: boolean;
}

export class Figure {
  readonly canvas = document.createElement('canvas');
  readonly track: MediaStreamTrack;
  private readonly timer: ReturnType<typeof setInterval>;
  private turn = 0;

  constructor(private readonly face: () => Face) {
    Object.assign(this.canvas, { width: WIDTH, height: HEIGHT });
    this.draw();
    const [track] = this.canvas.captureStream(RATE).getVideoTracks();
    if (!track) throw new Error('a canvas gives a picture');
    this.track = track;
    this.timer = setInterval(() => this.draw(), 1000 / RATE);
  }

  stop(): void {
    clearInterval(this.timer);
    this.track.stop();
  }

  private draw(): void {
    const g = this.canvas.getContext('2d', { alpha: false });
    if (!g) return;
    this.turn += 1;
    const face = this.face();
    g.fillStyle = face.dark ? '#050505' : GROUND;
    g.fillRect(0, 0, WIDTH, HEIGHT);
    if (face.dark) {
      // A picture that stands still is taken for one that is lost: a dark camera still sends.
      g.fillStyle = this.turn % 2 === 0 ? '#050505' : '#080808';
      g.fillRect(0, 0, 8, 8);
      return;
    }
    this.person(g, face.speaks);
    this.words(g, face);
  }

  /** Head and shoulders; the mouth moves with the voice. */
  private person(g: CanvasRenderingContext2D, speaks: boolean): void {
    g.fillStyle = QUIET;
    g.beginPath();
    g.arc(62, 72, 24, 0, 2 * Math.PI);
    g.fill();
    g.beginPath();
    g.ellipse(62, 152, 48, 48, 0, Math.PI, 2 * Math.PI);
    g.fill();
    g.fillStyle = GROUND;
    g.fillRect(54, 82, 16, speaks ? 2 + (this.turn % 4) * 2 : 2);
  }

  private words(g: CanvasRenderingContext2D, { mark, role, paper, name, number, clock }: Face): void {
    const line = (text: string, x: number, y: number, size: number, weight = 400): void => {
      g.font = `${String(weight)} ${String(size)}px "Be Vietnam Pro", sans-serif`;
      g.fillText(text, x, y, WIDTH - x - 10);
    };
    g.fillStyle = INK;
    line(role, 124, 32, 20, 600);
    g.fillStyle = QUIET;
    line(mark, 124, 50, 12);
    g.fillStyle = PAPER;
    g.fillRect(120, 62, 192, 70);
    g.fillStyle = DARK;
    line(paper, 130, 80, 11);
    line(name, 130, 101, 15, 600);
    line(number, 130, 122, 15);
    this.dial(g);
    g.fillStyle = INK;
    line(clock, 152, 162, 18, 600);
  }

  /** A hand that goes round once a second or so: whoever looks sees whether the picture moves. */
  private dial(g: CanvasRenderingContext2D): void {
    const angle = (this.turn / RATE) * 2 * Math.PI - Math.PI / 2;
    g.strokeStyle = INK;
    g.lineWidth = 2;
    g.beginPath();
    g.arc(134, 156, 10, 0, 2 * Math.PI);
    g.moveTo(134, 156);
    g.lineTo(134 + 8 * Math.cos(angle), 156 + 8 * Math.sin(angle));
    g.stroke();
  }
}
