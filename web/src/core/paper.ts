//! A page of an exhibit as a sharp still: whatever the file says, here it is only drawn.

import type { ExhibitFile, Spot } from '../protocol/generated/signal';

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** A file that was opened. */
export interface Paper {
  readonly pages: number;
  /** Draws a page as large as it fits into `place` (CSS pixels), with `ratio` pixels for each. */
  draw(canvas: HTMLCanvasElement, page: number, place: Size, ratio: number): Promise<void>;
  close(): void;
}

/** How much larger a page is drawn to fit whole. */
export function fit(page: Size, place: Size): number {
  return Math.max(0, Math.min(place.width / page.width, place.height / page.height));
}

/** Gives the canvas its pixels and its place. */
export function dimension(canvas: HTMLCanvasElement, page: Size, place: Size, ratio: number): number {
  const scale = fit(page, place);
  canvas.width = Math.max(1, Math.round(page.width * scale * ratio));
  canvas.height = Math.max(1, Math.round(page.height * scale * ratio));
  canvas.style.width = `${canvas.width / ratio}px`;
  canvas.style.height = `${canvas.height / ratio}px`;
  return scale * ratio;
}

async function picture(file: Blob): Promise<Paper> {
  const bitmap = await createImageBitmap(file);
  return {
    pages: 1,
    draw: (canvas, _page, place, ratio) => {
      dimension(canvas, bitmap, place, ratio);
      const context = canvas.getContext('2d');
      if (context) {
        context.imageSmoothingQuality = 'high';
        context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
      }
      return Promise.resolve();
    },
    close: () => bitmap.close(),
  };
}

/** Opens a file. What draws documents is loaded when the first one is shown. */
export async function open(file: Blob, { media_type: type }: ExhibitFile): Promise<Paper> {
  if (type !== 'pdf') return picture(file);
  const { document: opened } = await import('./pdf');
  return opened(new Uint8Array(await file.arrayBuffer()));
}

const WHOLE = 10_000;

function within(value: number): number {
  return Math.max(0, Math.min(WHOLE, Math.round(value)));
}

/** The place on the page under a pointer at these client coordinates. */
export function spotAt(page: { left: number; top: number; width: number; height: number }, x: number, y: number): Spot {
  return { x: within(((x - page.left) / page.width) * WHOLE), y: within(((y - page.top) / page.height) * WHOLE) };
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = { ArrowLeft: [-200, 0], ArrowRight: [200, 0], ArrowUp: [0, -200], ArrowDown: [0, 200] };

/** Where an arrow key moves the pointer; `null`: it is another key. */
export function spotMoved(from: Spot | null, key: string): Spot | null {
  const step = STEPS[key];
  const { x, y } = from ?? { x: WHOLE / 2, y: WHOLE / 2 };
  return step === undefined ? null : { x: within(x + step[0]), y: within(y + step[1]) };
}
