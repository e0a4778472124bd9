import { expect, test } from 'vitest';
import { insecure, whyNot } from './devices';

const named = (name: string) => Object.assign(new Error('words of the browser'), { name });

test('a refusal, a missing and a busy device are told apart, each with what to do', () => {
  expect(whyNot(named('NotAllowedError'), 'camera')).toMatch(/not allowed .* camera: allow it/);
  expect(whyNot(named('NotFoundError'), 'microphone')).toMatch(/no microphone.*connect one/);
  expect(whyNot(named('NotReadableError'), 'camera')).toMatch(/another program/);
  expect(whyNot(named('Strange'), 'camera')).toContain('words of the browser');
});

test('a page that came over plain http is told where to open it', () => {
  expect(insecure('camera', '10.0.0.5:8080')).toMatch(
    /10\.0\.0\.5:8080: open Cutaway at http:\/\/localhost/,
  );
});
