import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { readText, splitText } from './text.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('readText', () => {
  test('any text without CRLF comes back as it was', () => {
    const texts = fc.string({ unit: 'binary', minLength: 1 }).filter((text) => !text.includes('\r\n') && !text.startsWith('\uFEFF'));
    fc.assert(
      fc.property(texts, (text) => {
        expect(readText(utf8(text), 'a.txt')).toBe(text);
      }),
    );
  });

  test('the byte order mark goes, CRLF becomes LF, a lone CR stays', () => {
    expect(readText(utf8('\uFEFFone\r\ntwo\rthree\n'), 'a.txt')).toBe('one\ntwo\rthree\n');
  });

  test.each([
    ['an empty file', [], 'a.txt must hold text, got an empty file'],
    ['nothing but a byte order mark', [0xef, 0xbb, 0xbf], 'a.txt must hold text, got an empty file'],
    ['Latin-1', [0x63, 0x61, 0x66, 0xe9, 0x21], 'a.txt must be UTF-8 text, got 0x21 at byte 4'],
    ['a stray byte', [0x61, 0xff], 'a.txt must be UTF-8 text, got 0xff at byte 1'],
    ['a cut character', [0x61, 0xe2, 0x82], 'a.txt must be UTF-8 text, got an unfinished character at its end'],
    ['an overlong form', [0xc0, 0x80], 'a.txt must be UTF-8 text, got 0xc0 at byte 0'],
  ])('%s is refused', (_, bytes, message) => {
    expect(() => readText(Uint8Array.from(bytes), 'a.txt')).toThrow(InputError);
    expect(() => readText(Uint8Array.from(bytes), 'a.txt')).toThrow(message);
  });
});

describe('splitText', () => {
  test('the end validates', () => {
    const { train, validation } = splitText(Int32Array.from({ length: 25 }, (_, i) => i));
    expect([...validation]).toEqual([23, 24]);
    expect([...train]).toEqual(Array.from({ length: 23 }, (_, i) => i));
  });

  test('both parts together are the text, for any share', () => {
    fc.assert(
      fc.property(fc.uint32Array(), fc.double({ min: 0, max: 0.999, noNaN: true }), (tokens, share) => {
        const { train, validation } = splitText(tokens, share);
        expect([...train, ...validation]).toEqual([...tokens]);
        expect(validation.length).toBe(Math.floor(tokens.length * share));
        expect(train.buffer).toBe(tokens.buffer);
      }),
    );
  });

  test('a share of 1 or more leaves nothing to train on', () => {
    expect(() => splitText(new Int32Array(3), 1)).toThrow('validation must be at least 0 and below 1, got 1');
    expect(() => splitText(new Int32Array(3), Number.NaN)).toThrow(InputError);
    expect(splitText(new Int32Array(3), 0).validation).toHaveLength(0);
  });
});
