//! English: the clerk's desk.

import type { Off } from '../../protocol/generated/signal';
import { figuresOf } from '../figures';

const n = figuresOf('en-GB');
const off: Record<Off, string> = { camera: 'camera off', microphone: 'microphone off' };

export const desk = {
  points: {
    title: 'Points',
    here: (present: number, all: number) => `${n(present)} of ${n(all)} places here`,
    people: (count: number) => (count === 1 ? '1 person' : `${n(count)} people`),
    own: 'a place of their own',
    acts: (name: string) => `Microphone of ${name}`,
  },
  line: {
    unknown: 'Not measured',
    steps: { 0: 'None', 2: 'Weak', 3: 'Fair', 4: 'Good' },
    of: (word: string) => `Line: ${word}`,
    gone: 'The line is lost.',
    goneDoing: 'The device there reconnects by itself.',
    still: (pictures: number) => (pictures === 1 ? '1 picture stands still there.' : `${n(pictures)} pictures stand still there.`),
    stillDoing: 'The line or the server is overloaded: sound goes on, and pictures return when it is better.',
    lostFrom: (percent: number) => `The line from there to the court loses ${n(percent, 1)} % of packets.`,
    lostTo: (percent: number) => `The line from the court to there loses ${n(percent, 1)} % of packets.`,
    lostDoing: 'Lost packets are sent again; sound goes before pictures.',
    slow: (ms: number) => `The line is slow: ${n(ms)} ms there and back.`,
    slowDoing: 'Sound and pictures come late; none is missing.',
  },
  continuity: {
    sees: 'does not see the hearing',
    hears: 'does not hear the hearing',
    heard: 'is not heard',
    since: 'since',
    limit: (seconds: number) => `After ${n(seconds)} seconds the session holds itself.`,
  },
  record: {
    title: 'Recorded and read back, per person',
    how: 'the files are re-opened every 5 seconds',
    person: 'Person',
    sound: 'Sound came at',
    readBack: 'Read back to',
    result: 'Result',
    speaks: 'speaking',
    never: 'none yet',
    verdicts: {
      missing: 'Missing: cannot be written', heard: 'Sound, being recorded', quiet: 'No sound yet', silent: 'Silent for over a minute', off: 'Microphone off', no_microphone: 'No microphone',
      away: 'Not in the courtroom', unrecorded: 'Not recorded', rests: 'Not in session',
    },
    level: 'Sound counts when it reaches the server. How loud it is in the file is not measured yet.',
  },
  tasks: {
    title: 'Tasks',
    none: 'Nothing waits.',
    continuity: (place: string, lacks: string) => `${place} ${lacks}`,
    line: (place: string, word: string) => `Line to ${place}: ${word.toLowerCase()}`,
    playback: (place: string) => `${place}: the browser plays no sound yet`,
    playbackDoing: 'Ask somebody there to press “Switch sound on”.',
    off: (place: string, device: Off) => `${place}: ${off[device]}`,
    offDoing: 'Camera and microphone must always be on.',
    missing: (place: string) => `The sound of ${place} cannot be written`,
    missingDoing: 'Tell the administrator.',
    silent: (place: string) => `No sound from ${place} yet`,
    silentDoing: 'The microphone is on and nothing comes: it may be the wrong one.',
    exhibit: (title: string) => `Exhibit to be put to the judge: ${title}`,
  },
  tools: 'The clerk’s tools',
};
