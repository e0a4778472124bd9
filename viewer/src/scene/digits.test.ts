import { describe, expect, it } from 'vitest';
import { fitNumber, GLYPH, GLYPHS, LONGEST } from './digits';

describe('fitNumber', () => {
  it('leaves alone what fits', () => {
    expect(fitNumber('0.5', 6)).toBe('0.5');
    expect(fitNumber('-123', 6)).toBe('-123');
  });
  it('writes every number of a dtype in full where there is room', () => {
    for (const text of [
      '-1.7976931348623157e308',
      '-2.2250738585072014e-308',
      '-9223372036854775808',
      '18446744073709551615',
      '-1.1754944e-38+3.4028235e38j',
    ]) {
      expect(fitNumber(text, LONGEST)).toBe(text);
    }
  });
  it('rounds what does not, and never grows', () => {
    expect(fitNumber('0.123456789', 6)).toBe('.12346');
    expect(fitNumber('-0.123456789', 6)).toBe('-.1235');
    expect(fitNumber('123456789', 6)).toBe('1.23e8');
    expect(fitNumber('1.2345678e-12', 7)).toBe('1.2e-12');
    expect(fitNumber('9.99999999', 4)).toBe('10');
  });
  it('cuts what is no number', () => {
    expect(fitNumber('strawberry', 6)).toBe('straw…');
  });
  it('has room for every glyph', () => {
    expect([...GLYPHS].length).toBeLessThanOrEqual(GLYPH.columns * GLYPH.rows);
  });
});
