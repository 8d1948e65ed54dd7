import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../spec/input-error.ts';
import { decodeWav, encodeWav, mixToMono } from './wav.ts';

interface Parts {
  readonly format?: number;
  readonly channels?: number;
  readonly bits?: number;
  readonly sampleRate?: number;
  readonly data?: readonly number[];
  /** Bytes that the data chunk says it has. */
  readonly declared?: number;
  /** A chunk between the format and the data, of odd length. */
  readonly extra?: boolean;
  /** The extensible form, with `format` as the real one. */
  readonly extensible?: boolean;
}

/** A file put together byte by byte, beside encodeWav. */
function file({ format = 1, channels = 1, bits = 16, sampleRate = 8000, data = [1, 2], ...rest }: Parts): Uint8Array {
  const word = (value: number, bytes: number) => Array.from({ length: bytes }, (_, byte) => Math.floor(value / 256 ** byte) % 256);
  const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0));
  const frame = (channels * bits) / 8;
  const layout = [
    ...word(rest.extensible ? 0xfffe : format, 2),
    ...word(channels, 2),
    ...word(sampleRate, 4),
    ...word(sampleRate * frame, 4),
    ...word(frame, 2),
    ...word(bits, 2),
    ...(rest.extensible ? [...word(22, 2), ...word(bits, 2), ...word(0, 4), ...word(format, 2), ...new Array(14).fill(0)] : []),
  ];
  const samples = data.flatMap((sample) => word(sample < 0 ? sample + 65536 : sample, 2));
  const chunks = [
    ...[...letters('WAVEfmt '), ...word(layout.length, 4), ...layout],
    ...(rest.extra ? [...letters('LIST'), ...word(3, 4), 7, 7, 7, 0] : []),
    ...[...letters('data'), ...word(rest.declared ?? samples.length, 4), ...samples],
  ];
  return Uint8Array.from([...letters('RIFF'), ...word(chunks.length, 4), ...chunks]);
}

describe('round trip', () => {
  const pcm = fc.array(fc.integer({ min: -32768, max: 32767 }), { minLength: 1, maxLength: 100 });

  test('what 16 bits can hold comes back exactly', () => {
    fc.assert(
      fc.property(pcm, fc.integer({ min: 1, max: 192_000 }), (values, sampleRate) => {
        const samples = Float32Array.from(values, (value) => value / 32768);
        expect(decodeWav(encodeWav(samples, sampleRate))).toEqual({ sampleRate, channels: [samples] });
      }),
    );
  });

  test('any sample comes back within half a step, louder ones clipped', () => {
    const { channels } = decodeWav(encodeWav(Float32Array.of(0.1, -0.7, 1, -1, 5, -5), 8000));
    const [heard] = channels;
    for (const [index, sample] of [0.1, -0.7].entries()) expect(Math.abs(heard[index] - sample)).toBeLessThanOrEqual(0.5 / 32768 + 1e-7);
    expect([...heard.subarray(2)]).toEqual([32767 / 32768, -1, 32767 / 32768, -1]);
  });

  test('bytes by hand', () => {
    expect(encodeWav(Float32Array.of(1 / 32768, 2 / 32768), 8000)).toEqual(file({}));
  });
});

describe('reading', () => {
  test('stereo, other chunks between, odd ones too', () => {
    const sound = decodeWav(file({ channels: 2, sampleRate: 44_100, data: [16384, 0, -16384, -32768], extra: true }));
    expect(sound).toEqual({ sampleRate: 44_100, channels: [Float32Array.of(0.5, -0.5), Float32Array.of(0, -1)] });
    expect(mixToMono(sound)).toEqual(Float32Array.of(0.25, -0.75));
  });

  test('the extensible form and a length that was not known', () => {
    expect(decodeWav(file({ extensible: true })).channels).toEqual([Float32Array.of(1 / 32768, 2 / 32768)]);
    expect(decodeWav(file({ declared: 0xffffffff })).channels[0]).toHaveLength(2);
  });

  test('bytes that begin inside a larger buffer', () => {
    const bytes = file({ data: [3, 4, 5] });
    const larger = new Uint8Array(bytes.length + 7);
    larger.set(bytes, 7);
    expect(decodeWav(larger.subarray(7))).toEqual(decodeWav(bytes));
  });
});

describe('what is refused', () => {
  const wants = 'tune.wav must be a .wav file of 16-bit PCM, mono or stereo, got ';
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['an empty file', new Uint8Array()],
    ['an MP3 file', Uint8Array.of(0xff, 0xfb, 0x90, 0x00)],
    ['an MP3 file', new TextEncoder().encode('ID3 and so on')],
    ['an Ogg file', new TextEncoder().encode('OggS and so on')],
    ['a FLAC file', new TextEncoder().encode('fLaC and so on')],
    ['an MPEG-4 file', new TextEncoder().encode('\0\0\0\x20ftypM4A ')],
    ['5 bytes that do not begin with RIFF and WAVE', new TextEncoder().encode('hello')],
    ['µ-law, 8 bits', file({ format: 7, bits: 8 })],
    ['IMA ADPCM, 4 bits', file({ format: 17, bits: 4 })],
    ['floating point, 32 bits', file({ format: 3, bits: 32 })],
    ['floating point, 32 bits', file({ format: 3, bits: 32, extensible: true })],
    ['format 0x1234, 16 bits', file({ format: 0x1234 })],
    ['24-bit PCM', file({ bits: 24 })],
    ['8-bit PCM', file({ bits: 8 })],
    ['6 channels', file({ channels: 6 })],
    ['0 samples per second', file({ sampleRate: 0 })],
    ['no samples', file({ data: [] })],
    ['a file that is cut off: 4 of 400 bytes of samples', file({ declared: 400 })],
    ['a file that is cut off: 6 bytes of samples, 4 each', file({ channels: 2, data: [1, 2, 3] })],
    ['a file that is cut off: 36 bytes without samples', file({}).subarray(0, 36)],
    ["a file that is cut off: 4 of 16 bytes of its 'fmt ' chunk", file({}).subarray(0, 24)],
  ];

  test.each(cases)('%s', (found, bytes) => {
    expect(() => decodeWav(bytes, 'tune.wav')).toThrow(new InputError(wants + found));
  });

  test('every file that is cut off anywhere', () => {
    const whole = file({ channels: 2, data: [1, 2, 3, 4], extra: true });
    for (let length = 0; length < whole.length; length++) expect(() => decodeWav(whole.subarray(0, length))).toThrow(InputError);
    expect(() => decodeWav(whole)).not.toThrow();
  });

  test('writing a rate or a sample that is none', () => {
    expect(() => encodeWav(Float32Array.of(0), 0)).toThrow('sampleRate must be a positive integer, got 0');
    expect(() => encodeWav(Float32Array.of(0, Number.NaN), 8000)).toThrow('sample 1 must be a number, got NaN');
  });
});
