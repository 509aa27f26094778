//! English: the film made of a record.

import { figuresOf } from '../figures';
import type { composite as vietnamese } from '../vi/composite';

const n = figuresOf('en-GB');

const formats = { mp4: 'MP4 (H.264, AAC)', webm: 'WebM (VP9, Opus)' };
const troubles = {
  not_sealed: 'The record is not sealed yet.',
  nothing_recorded: 'Nothing of this sitting was recorded.',
  busy: 'It is being made elsewhere.',
  no_room: 'The disk has not enough room.',
  died: 'The process that makes it ended. Tell the technician.',
  failed: 'It cannot be made. The server’s log has the fault.',
};

export const composite: typeof vietnamese = {
  title: 'Composite film',
  how: 'One film with everybody’s picture, names and time; the interpretation is a second track of sound. It is made from the record, does not replace it, and is no part of what is sealed.',
  formats,
  troubles,
  none: 'Not made yet',
  waiting: 'Waits for its turn',
  running: (percent: number) => `Being made: ${n(percent)} %`,
  slow: 'Made with the lowest priority, and slower while a hearing runs.',
  megabytes: (count: number) => `${n(count, 1)} MB`,
  make: 'Make it',
  makeOf: (format: string) => `Make the film as ${format}`,
  again: 'Try again',
  play: 'Play',
  playOf: (format: string) => `Play the film as ${format}`,
  save: 'Download',
  saveOf: (format: string) => `Download the film as ${format}`,
};
