//! Heights of the pictures on this screen, told to the server so that it sends no larger layer than is seen.

import type { Tile, TrackId } from '../protocol/generated/signal';

/** Wait this long after a change, in ms: a wall is laid out in several steps. */
export const SETTLE = 250;

/** Collects heights and says them when they have settled and differ from what was said. */
export class Tiles {
  private readonly heights = new Map<TrackId, number>();
  private said = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly say: (tiles: Tile[]) => boolean) {}

  /** `height` in device pixels; 0: hidden. */
  set(track: TrackId, height: number): void {
    this.heights.set(track, Math.round(height));
    this.later();
  }

  remove(track: TrackId): void {
    if (this.heights.has(track)) this.set(track, 0);
  }

  /** A new connection knows nothing: everything is said again. */
  again(): void {
    this.said = '';
    this.later();
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.flush(), SETTLE);
  }

  private flush(): void {
    const tiles = [...this.heights].map(([track, height]) => ({ track, height })).sort((a, b) => a.track.localeCompare(b.track));
    const text = JSON.stringify(tiles);
    if (text === this.said || (tiles.length === 0 && this.said === '')) return;
    if (this.say(tiles)) this.said = text;
    for (const [track, height] of this.heights) if (height === 0) this.heights.delete(track);
  }
}
