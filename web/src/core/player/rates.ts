//! How fast a record is played. The pitch is kept at every speed: a browser stretches the sound.

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3] as const;

/** The next speed up or down; at the ends the same. */
export function rateBeside(rate: number, way: 1 | -1): number {
  const beside = way === 1 ? RATES.find((one) => one > rate) : RATES.findLast((one) => one < rate);
  return beside ?? rate;
}

/** What plays keeps the pitch of its voices, whatever a browser does by itself. */
export function keepPitch(element: HTMLMediaElement): void {
  element.preservesPitch = true;
}
