// A page whose file does not arrive is loaded again by itself: nobody has to press anything, and least of all at a kiosk.
import { courtForTests, openStaff } from './lib/court.mjs';
import { untilState } from './lib/people.mjs';
import { step } from './lib/steps.mjs';

const court = courtForTests();

step('a page whose files are broken off says so after the first try, and comes by itself once they arrive', {}, async () => {
  const { page } = await openStaff(court, 'judge', { id: 1 });
  let broken = true;
  await page.route('**/assets/bench-*.js', (route) => (broken ? route.abort() : route.continue()));
  await page.goto(`${court.origin}/bench/${court.hearing}`);
  await page.getByText('Không tải được trang').waitFor();
  broken = false;
  await untilState(page, 'waiting');
});
