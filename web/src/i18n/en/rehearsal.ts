//! English: rehearsals, and the console that plays their parties.

import { figuresOf } from '../figures';
import type { Lesson, rehearsal as vietnamese } from '../vi/rehearsal';

const n = figuresOf('en-GB');

const power: Omit<Lesson, 'sees' | 'does'> = { act: 'Power cut', end: 'Power back' };
const line: Omit<Lesson, 'sees' | 'does'> = { act: 'Cut the line', end: 'Connect again' };

export const rehearsal: typeof vietnamese = {
  band: 'REHEARSAL · not a real hearing',
  badge: 'Rehearsal',
  make: 'Rehearse',
  makeHow: 'Makes a rehearsal of this plan: the same procedure, points and roles, with made-up people in place of the defendants, parties and others of the case.',
  toConsole: 'Rehearsal console',
  title: 'Rehearsal console',
  lead: 'This page plays everybody who is not of the court. Open it in a window of its own and keep that window in sight: covered, its pictures stand still.',
  notOne: 'This is not a rehearsal',
  notOneHow: 'Open the plan of the hearing and choose “Rehearse”.',
  notYours: 'Only clerks and administrators conduct rehearsals',
  toPlan: 'Plan of the rehearsal',
  over: 'The rehearsal is over.',
  nobody: 'This plan has nobody to play: everybody enters with an account.',
  cast: 'Made-up people',
  all: 'Everybody enters',
  none: 'Everybody leaves',
  turns: 'Speak in turn',
  enter: 'Enter',
  leave: 'Leave',
  speak: 'Speak',
  quiet: 'Stop speaking',
  hand: 'Ask to speak',
  handDown: 'No longer ask to speak',
  ofWhom: (act: string, who: string) => `${act}: ${who}`,
  states: {
    out: 'Not entered', joining: 'Entering', waiting: 'Waits to be let in', in: 'In the courtroom', line: 'Line cut', power: 'Power cut', ended: 'Has left',
  },
  microphoneOff: 'The court muted the microphone',
  picture: (who: string) => `Picture of ${who}`,
  acts: 'Acts of this person',
  faults: 'Faults',
  file: 'Case file',
  shows: 'Paper before the camera',
  paper: 'REHEARSAL PAPER',
  stranger: 'Stranger (rehearsal)',
  mark: 'Rehearsal',
  sees: 'The court sees',
  does: 'To be done',
  lessons: {
    linePoint: (seconds: number): Lesson => ({
      ...line,
      sees: `The picture stands still at once. Within about 15 seconds the point’s tile says that it is not connected; after ${n(seconds)} seconds the session is held by itself.`,
      does: 'Ask nothing further. The clerk calls the point’s officer. Once the point is back, the presiding judge goes on and repeats what was missed.',
    }),
    linePerson: (): Lesson => ({
      ...line,
      sees: 'The picture stands still at once. Within about 15 seconds the tile says that they are not connected. Somebody who sits at no point does not hold the session.',
      does: 'The presiding judge holds or pauses the session if the trial needs them. The clerk calls them by telephone.',
    }),
    powerPoint: (seconds: number): Lesson => ({
      ...power,
      sees: `As with a cut line: after ${n(seconds)} seconds the session is held. With the power back the enrolled device returns to its seat by itself.`,
      does: 'The clerk calls the point’s officer. Once it is back, check that the same people sit there; then the presiding judge goes on.',
    }),
    powerPerson: (): Lesson => ({
      ...power,
      sees: 'As with a cut line. With the power back the computer enters by its code like a stranger’s: they wait outside, and the court is told that the code was used from elsewhere.',
      does: 'The clerk asks until it is clear that it is them, and lets them in. Nobody is let in unasked.',
    }),
    stranger: (): Lesson => ({
      act: 'Another person', end: 'The right person again',
      sees: 'The paper before the camera has another name and number than the case file. No screen warns: only who compares will notice.',
      does: 'At roll call the clerk compares the paper with the case file, notes “Not the right person” and tells the presiding judge. Nobody is tried in another’s place.',
    }),
    silent: (): Lesson => ({
      act: 'No sound', end: 'Sound again',
      sees: 'The microphone says that it is open and the mouth moves, but nothing is heard and nobody is marked as speaking.',
      does: 'The presiding judge asks everybody for a word before the start. The clerk has the microphone checked; nobody is questioned unheard.',
    }),
    dark: (): Lesson => ({
      act: 'Camera dark', end: 'Light again',
      sees: 'A black picture, with sound. The camera sends, so that no screen warns.',
      does: 'The clerk looks at each picture and has the cap taken off or the light switched on. Nobody is questioned unseen.',
    }),
    hand: (): Lesson => ({
      act: 'Ask to speak', end: 'No longer ask to speak',
      sees: 'The name stands in the list of those who ask to speak, on the bench.',
      does: 'The presiding judge gives the floor, or lets them wait for their turn.',
    }),
    hear: (): Lesson => ({
      act: 'I cannot hear', end: 'Take back',
      sees: 'The signal comes up on the bench and at the clerk’s desk, and waits for an answer.',
      does: 'The presiding judge stops whoever speaks, answers the signal and has the last sentence repeated.',
    }),
  },
  log: 'What was done',
  nothing: 'Nothing yet.',
  entered: 'Enters',
  left: 'Leaves',
};
