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
    picture: 'Picture to',
    listen: 'Hear the record',
    listenTo: (name: string) => `Hear the record: ${name}`,
    listenStop: 'Stop',
    listening: {
      starting: (name: string) => `Opening the record of ${name}…`,
      playing: (name: string) => `You hear the record of ${name}, some seconds behind. Live sound is off on this screen.`,
      waiting: (name: string) => `Nothing new in the record of ${name} yet. Live sound is on.`,
      ended: (name: string) => `The record of ${name} does not go on. Live sound is on.`,
      unsupported: () => 'This browser cannot play what is being recorded.',
    },
    result: 'Result',
    speaks: 'speaking',
    never: 'none yet',
    verdicts: {
      missing: 'Missing: not in the files', good: 'Read back, level good', clipped: 'Too loud, cut off', late: 'Read back late', unheard: 'Cannot be listened to',
      heard: 'Sound, being recorded', quiet: 'No sound yet', silent: 'Nothing but silence', off: 'Microphone off', no_microphone: 'No microphone',
      away: 'Not in the courtroom', unrecorded: 'Not recorded', rests: 'Not in session',
    },
    level: 'The level is that of the sound in the files, which a program of its own opens and decodes.',
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
    record: {
      missing: (place: string) => `The sound of ${place} is missing in the record`,
      silent: (place: string) => `${place} cannot be heard in the record`,
      clipped: (place: string) => `${place} is too loud and cut off in the record`,
      late: (place: string) => `The sound of ${place} is read back late`,
      unheard: (place: string) => `The recorded sound of ${place} cannot be listened to`,
    },
    recordDoing: {
      missing: 'Tell the administrator.',
      silent: 'The microphone is on and nothing comes: it may be the wrong one.',
      clipped: 'Ask them to speak further from the microphone, or to turn it down.',
      late: 'The server has too much to do: tell the administrator.',
      unheard: 'It is still being written, but nobody knows how it sounds: tell the administrator.',
    },
    exhibit: (title: string) => `Exhibit to be put to the judge: ${title}`,
  },
  tools: 'The clerk’s tools',
};
