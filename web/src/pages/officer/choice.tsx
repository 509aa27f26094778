//! One of a few, as large as a thumb.

import type { JSX } from 'preact';

interface ChoiceProps<T extends string> {
  name: string;
  legend: string;
  value: T | null;
  options: readonly { readonly value: T; readonly text: string }[];
  onValue: (value: T) => void;
  /** The legend is to be seen, not only heard. */
  shown?: boolean;
}

export function Choice<T extends string>({ name, legend, value, options, onValue, shown = false }: ChoiceProps<T>): JSX.Element {
  return (
    <fieldset class="choice">
      <legend class={shown ? 'meta' : 'sr'}>{legend}</legend>
      {options.map((option) => (
        <label key={option.value}>
          <input type="radio" name={name} checked={value === option.value} data-testid={`${name}-${option.value}`} onChange={() => onValue(option.value)} />{option.text}
        </label>
      ))}
    </fieldset>
  );
}
