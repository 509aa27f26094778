//! English: the floor and the interpretation.

import type { channels as vietnamese } from '../vi/channels';

export const channels: typeof vietnamese = {
  heard: { floor: 'Original', interpretation: 'Interpretation' },
  spoken: { floor: 'Heard by all', interpretation: 'Interpretation channel' },
  listen: 'What is heard',
  speak: 'Interpreter’s microphone',
  speakHelp: { floor: 'Everyone hears the interpreter like any other voice.', interpretation: 'Only those who chose the interpretation hear the interpreter.' },
  whoHears: 'Who hears interpretation',
  shut: 'Close',
  give: 'Give interpretation',
  giveTo: (who) => `Let ${who} hear the interpretation`,
  takeBack: 'Give the original',
  takeBackOf: (who) => `Let ${who} hear the original`,
  listens: 'hears interpretation',
  onChannel: 'speaks on the interpretation channel',
};
