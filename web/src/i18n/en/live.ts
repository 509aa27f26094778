//! English strings of the live pages, and those that every page uses.

import type { live as vietnamese } from '../vi/live';

export const live: typeof vietnamese = {
  loading: 'Loading',
  tryAgain: 'Try again',
  noSuchPage: 'There is no such page',
  pageNotLoaded: 'The page could not be loaded',
};
