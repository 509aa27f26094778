//! The last picture from the courtroom, kept so that a broken line does not leave a black wall.

import { useEffect, useRef } from 'preact/hooks';

export interface Still {
  readonly canvas: HTMLCanvasElement;
  /** Server's UTC in ms when it was taken. */
  readonly at: number;
}

/** Takes a picture of the large tile every second while `live`. */
export function useStill(live: boolean, now: () => number): { current: Still | null } {
  const still = useRef<Still | null>(null);
  useEffect(() => {
    if (!live) return;
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 360;
    const timer = setInterval(() => {
      const video = document.querySelector<HTMLVideoElement>('.k-lead video');
      if (!video || video.videoWidth === 0) return;
      canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height);
      still.current = { canvas, at: now() };
    }, 1000);
    return () => clearInterval(timer);
  }, [live]);
  return still;
}
