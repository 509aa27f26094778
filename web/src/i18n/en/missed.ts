//! English: what of the hearing was missed while the line was broken.

import type { missed as vi } from '../vi/missed';

export const missed: typeof vi = {
  inPhases: (phases) => `In the phase: ${phases}.`,
  spoke: (names) => `Who spoke: ${names}.`,
  somebody: 'somebody without a name',
  ask: 'Ask to see it',
  asked: 'You asked to see it. The court knows.',
  takeBack: 'Take back',
  refused: 'The court does not show it now',
  see: 'See what was missed',
  title: 'What was missed of the hearing',
  goesOn: 'The hearing goes on. While you watch, the sound of the courtroom is off on this screen.',
  play: 'Play',
  pause: 'Pause',
  back: 'Back 10 seconds',
  loading: 'Loading…',
  blocked: 'The browser blocks sound. Press Play.',
  nothing: 'Nothing was recorded in this time.',
  failed: 'It cannot be loaded. Try again later.',
  shut: 'Back to the hearing',
};
