// Figures go into the log, where a reader of a run finds them; the ceilings of the tests are against hanging.

export const figure = (name, value) => console.log(`# figure ${name}: ${value}`);
