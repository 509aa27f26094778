//! English: what a request was refused for and what to do about it, by the server's code.

import type { ProblemTexts } from '../vi/problems';
import { figuresOf } from '../figures';

const n = figuresOf('en-GB');

export const problems: ProblemTexts = {
  unreachable: 'The server cannot be reached',
  unreachableHow: 'Check the network of this computer, then try again.',
  unreadable: 'The server’s answer could not be read',
  tryAgain: 'Try again.',
  tellTechnician: 'If it stays so, tell the technician.',
  callClerk: 'If it stays so, call the clerk.',
  tooOften: 'Too many tries',
  tooOftenHow: (seconds) => (seconds === 1 ? 'Try again in 1 second.' : `Try again in ${n(seconds)} seconds.`),
  tooLarge: 'The request is too large',
  tooLargeHow: (limit) => `The limit is ${n(limit)} bytes.`,
  codes: {
    sign_in: ['Sign in first', 'Sign in again.'],
    wrong_login: ['Wrong name or password', 'Check the name and the password and try again.'],
    not_allowed: ['Not allowed', 'This account may not do this. Ask the court’s administrator.'],
    cross_site: ['The request comes from another site', 'Open this page again from the court’s address.'],
    not_found: ['Not found', 'There is no such thing, or it belongs to another court.'],
    bad_request: ['The server could not read the request', 'Reload the page and try again.'],
    bad_field: ['One field is not right', 'Mend it and try again.'],
    wrong_type: ['The server could not read the request', 'Reload the page and try again.'],
    unknown_code: ['The code is not known', 'Check the code on the invitation. It is for one hearing and ends with it.'],
    comes_by_account: ['Enters by an account', 'Members of the court and holders of an account enter by logging in, never by a code.'],
    unknown_device: ['The device is not enrolled', 'Open a new enrolment link on this device; the clerk or a technician makes one.'],
    enrolment_used_up: ['The enrolment link is used up', 'A link works once. Ask the clerk or a technician for a new one.'],
    not_sealed_yet: ['The record is being sealed', 'Wait a moment.'],
    no_longer_read: ['The minutes are no longer read here', 'Ask the clerk of the court.'],
    no_hearing_now: ['No hearing now', 'This point has no hearing yet. The device enters by itself when there is one.'],
    plan_has_begun: ['The hearing has begun', 'Somebody has entered, so the plan stands as it is.'],
    not_eligible: ['Invitations cannot be made yet', 'The eligibility list is not answered in full, or a condition is not met. See Eligibility for an online hearing.'],
    exists: ['Exists already', 'This name or number is in use.'],
    storage_down: ['The database does not answer', 'Hearings that run go on.'],
    not_ready: ['The server is not ready', 'The server is starting or stopping. Try again in a few minutes.'],
    internal: ['The server failed', 'Try again.'],
  },
  fields: {
    case: 'At least one character is needed, on one line, not too long.',
    title: 'On one line, not too long.',
    name: 'At least one character is needed, on one line, not too long.',
    starts: 'This date or time cannot be read.',
    date: 'This date cannot be read.',
    from: 'This date cannot be read.',
    to: 'This date cannot be read.',
    procedure: 'The server has no such procedure.',
    points: 'This point is not this court’s, or there are more component points than allowed (3).',
    point: 'This point does not belong to the hearing.',
    people: 'A hearing has one presiding judge, at most 200 people and 100 points.',
    account: 'This court has no such account.',
    own_screen: 'Somebody without a point needs a screen of their own.',
  },
};
