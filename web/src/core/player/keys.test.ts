import { describe, expect, it } from 'vitest';
import { type Pressed, actOf, isItsOwn } from './keys';

const press = (key: string, over: Partial<Pressed> = {}): Pressed => ({ key, code: '', shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...over });
const at = (tag: string, over: object = {}) => ({ tag, type: '', editable: false, scrolls: false, ...over });

describe('keys', () => {
  it.each([
    [' ', { do: 'play' }], ['k', { do: 'play' }], ['K', { do: 'play' }], ['j', { do: 'move', ms: -10_000 }], ['l', { do: 'move', ms: 10_000 }],
    [',', { do: 'frame', way: -1 }], ['.', { do: 'frame', way: 1 }], ['<', { do: 'rate', way: -1 }], ['>', { do: 'rate', way: 1 }],
    ['Home', { do: 'begin' }], ['End', { do: 'end' }], ['?', { do: 'help' }], ['ArrowLeft', { do: 'move', ms: -1000 }], ['x', undefined], ['Tab', undefined], ['ArrowDown', undefined],
  ])('%s does %j', (key, act) => {
    expect(actOf(press(key))).toEqual(act);
  });

  it('move further with Shift, and silence a lane by the place of its digit', () => {
    expect(actOf(press('ArrowRight', { shiftKey: true }))).toEqual({ do: 'move', ms: 10_000 });
    expect(actOf(press('"', { code: 'Digit3' }))).toEqual({ do: 'mute', lane: 2 });
    expect(actOf(press('#', { code: 'Digit3', shiftKey: true }))).toBeUndefined();
  });

  it('with Ctrl, Alt or Meta are the browser’s', () => {
    for (const held of ['ctrlKey', 'altKey', 'metaKey']) expect(actOf(press('l', { [held]: true }))).toBeUndefined();
  });
});

describe('a key has its own meaning', () => {
  it.each([
    ['k', at('input', { type: 'search' }), true], ['k', at('textarea'), true], ['k', at('select'), true], ['k', at('div', { editable: true }), true],
    ['ArrowLeft', at('input', { type: 'range' }), true], ['k', at('input', { type: 'range' }), false], [' ', at('input', { type: 'range' }), false],
    [' ', at('input', { type: 'checkbox' }), true], ['j', at('input', { type: 'checkbox' }), false], ['ArrowLeft', at('input', { type: 'radio' }), true],
    [' ', at('button'), true], ['j', at('button'), false], ['ArrowLeft', at('button'), false], [' ', at('summary'), true], [' ', at('a'), true],
    [' ', at('ol', { scrolls: true }), true], ['End', at('ol', { scrolls: true }), true], ['k', at('ol', { scrolls: true }), false], [' ', at('main'), false],
  ])('%s at %j: %s', (key, focused, own) => {
    expect(isItsOwn(key, focused)).toBe(own);
  });
});
