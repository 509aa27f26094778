// The court of one file of tests: a server of its own with the demonstration hearing, and the browsers of its people.
import { after, before } from 'node:test';
import { closeAll, openChromium } from './browser.mjs';
import { act, demo, logIn, untilState } from './people.mjs';
import { Server } from './server.mjs';

/**
 * Starts a server before the tests of a file and closes all browsers and it after them. What it returns is filled in before
 * the first test: `server`, its `origin`, and what `demo` reads. `env`: settings of the server.
 */
export function courtForTests(env = {}) {
  const court = { server: new Server(undefined, env) };
  // A file's own hooks do not wait for this one: whoever needs the court waits until it is ready.
  court.ready = court.server.start().then(() => { Object.assign(court, { origin: court.server.origin }, demo(court.server)); });
  before(() => court.ready);
  after(async () => {
    await closeAll();
    await court.server.stop();
  });
  return court;
}

/** Opens a browser that is logged in as `user` (`judge`, `clerk`); the options are those of `openChromium`. */
export async function openStaff(court, user, options = {}) {
  const [staff] = await Promise.all([openChromium(options), court.ready]);
  await logIn(staff.page, court.origin, user, court.password[user]);
  return staff;
}

/** The judge on the bench of the demonstration hearing, once it is in the state that is named; `null`: in any. */
export async function openBench(court, { state = 'waiting', ...options } = {}) {
  const judge = await openStaff(court, 'judge', { id: 1, ...options });
  await judge.page.goto(`${court.origin}/bench/${court.hearing}`);
  await (state === null ? act(judge.page, 'state-line').waitFor() : untilState(judge.page, state));
  return judge;
}

/** The clerk who looks on from the plan of the hearing. */
export async function openPlan(court, options = {}) {
  const clerk = await openStaff(court, 'clerk', options);
  await clerk.page.goto(`${court.origin}/prepare/${court.hearing}`);
  const live = act(clerk.page, 'live-open'), roster = act(clerk.page, 'roster');
  // Looking takes the clerk's seat, and begins the wait if nobody has entered: it is always the clerk's own act.
  await live.click();
  const take = act(clerk.page, 'live-take-confirm');
  await take.or(roster).first().waitFor();
  if (await take.isVisible()) await take.click();
  await roster.waitFor();
  return clerk;
}
