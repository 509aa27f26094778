//! English: who stands large.

export const layout = {
  open: 'Layout',
  title: 'Layout of the pictures',
  shut: 'Close',
  forAll: 'For every screen',
  forAllHelp: 'Every screen follows it, those of points as well, until each chooses again.',
  each: 'Each chooses',
  grid: 'Grid: everybody alike',
  speaker: 'Whoever speaks stands large',
  spotlight: 'One person stands large',
  who: 'Who stands large',
  set: 'Set for every screen',
  own: 'For this screen',
  plan: 'By the places of the hearing',
  overruled: 'The presiding judge has set the layout of every screen; one’s own choice counts again when that ends.',
  setNow: 'Layout set by the judge',
  isLarge: 'Stands large',
  large: 'Large picture',
};
