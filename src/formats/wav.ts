/**
 * RIFF WAVE files of 16-bit PCM (Microsoft and IBM 1991; Microsoft 1994 for the extensible form): bytes in, samples out, and back.
 */
import { InputError } from '../spec/input-error.ts';
import { requireInteger } from '../spec/validation.ts';

/** Sound as numbers. */
export interface Sound {
  /** Samples per second. */
  readonly sampleRate: number;
  /** One or two channels of the same length, samples in [-1, 1). */
  readonly channels: readonly Float32Array[];
}

interface Layout {
  readonly channels: number;
  readonly sampleRate: number;
}

const headerBytes = 44;
const sampleBytes = 2;
const pcm = 1;
const extensible = 0xfffe;
const fullScale = 32768;
/** What programs write that did not know the length when they began. */
const unknownLength = 0xffffffff;

const formatNames: Readonly<Record<number, string>> = {
  2: 'Microsoft ADPCM',
  3: 'floating point',
  6: 'A-law',
  7: 'µ-law',
  17: 'IMA ADPCM',
  49: 'GSM',
  80: 'MPEG',
  85: 'MP3',
  255: 'AAC',
};

/**
 * Writes one channel as 16-bit PCM. Samples are scaled by 32768 and rounded; what lies outside [-1, 1) is clipped.
 *
 * @param samples in [-1, 1)
 * @param sampleRate in Hz
 * @throws InputError if the rate is not a positive integer or a sample is not a number.
 */
export function encodeWav(samples: Float32Array, sampleRate: number): Uint8Array<ArrayBuffer> {
  requireInteger('sampleRate', sampleRate);
  const dataBytes = samples.length * sampleBytes;
  const bytes = new Uint8Array(headerBytes + dataBytes);
  const view = new DataView(bytes.buffer);
  const name = (offset: number, text: string) => bytes.set(new TextEncoder().encode(text), offset);
  name(0, 'RIFF');
  view.setUint32(4, bytes.length - 8, true);
  name(8, 'WAVEfmt ');
  view.setUint32(16, 16, true);
  view.setUint16(20, pcm, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, sampleRate * sampleBytes, true);
  view.setUint16(32, sampleBytes, true);
  view.setUint16(34, 8 * sampleBytes, true);
  name(36, 'data');
  view.setUint32(40, dataBytes, true);
  for (const [index, sample] of samples.entries()) {
    if (Number.isNaN(sample)) throw new InputError(`sample ${index} must be a number, got NaN`);
    view.setInt16(headerBytes + index * sampleBytes, Math.max(-fullScale, Math.min(fullScale - 1, Math.round(sample * fullScale))), true);
  }
  return bytes;
}

/**
 * Reads 16-bit PCM, mono or stereo; the result shares no memory with `bytes`. Chunks other than `fmt ` and `data` are passed over.
 *
 * @param name what messages call the file
 * @throws InputError for anything else: another format (named), more channels, a cut-off file, one without samples.
 */
export function decodeWav(bytes: Uint8Array, name = 'file'): Sound {
  const fail = (found: string): never => {
    throw new InputError(`${name} must be a .wav file of 16-bit PCM, mono or stereo, got ${found}`);
  };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const text = (offset: number) => String.fromCharCode(...bytes.subarray(offset, offset + 4));
  if (bytes.length === 0) fail('an empty file');
  if (bytes.length < 12 || text(0) !== 'RIFF' || text(8) !== 'WAVE') fail(`${guessFormat(bytes)}`);
  let layout: Layout | undefined;
  for (let start = 12; start + 8 <= bytes.length; ) {
    const body = start + 8;
    const declared = view.getUint32(start + 4, true);
    const room = bytes.length - body;
    if (text(start) === 'data') {
      if (!layout) return fail("samples before their format (no 'fmt ' chunk)");
      const length = declared === unknownLength ? room : declared;
      if (length > room) fail(`a file that is cut off: ${room} of ${length} bytes of samples`);
      return readSamples(new DataView(bytes.buffer, bytes.byteOffset + body, length), layout, fail);
    }
    if (declared > room) fail(`a file that is cut off: ${room} of ${declared} bytes of its '${text(start)}' chunk`);
    if (text(start) === 'fmt ') layout = readLayout(new DataView(bytes.buffer, bytes.byteOffset + body, declared), fail);
    start = body + declared + (declared % 2); // chunks begin at even bytes
  }
  return fail(`a file that is cut off: ${bytes.length} bytes without samples`);
}

/** One channel of any sound: the mean of its channels. */
export function mixToMono({ channels }: Sound): Float32Array {
  if (channels.length === 1) return channels[0];
  return channels[0].map((sample, index) => (sample + channels[1][index]) / 2);
}

function readLayout(chunk: DataView, fail: (found: string) => never): Layout {
  if (chunk.byteLength < 16) fail(`a 'fmt ' chunk of ${chunk.byteLength} bytes`);
  const tag = chunk.getUint16(0, true);
  const channels = chunk.getUint16(2, true);
  const sampleRate = chunk.getUint32(4, true);
  const bits = chunk.getUint16(14, true);
  // The extensible form says the real format in the first two bytes of an identifier.
  const format = tag === extensible && chunk.byteLength >= 26 ? chunk.getUint16(24, true) : tag;
  if (format !== pcm) fail(`${formatNames[format] ?? `format 0x${format.toString(16).padStart(4, '0')}`}, ${bits} bits`);
  if (bits !== 8 * sampleBytes) fail(`${bits}-bit PCM`);
  if (channels !== 1 && channels !== 2) fail(`${channels} channels`);
  if (sampleRate === 0) fail('0 samples per second');
  return { channels, sampleRate };
}

function readSamples(data: DataView, { channels, sampleRate }: Layout, fail: (found: string) => never): Sound {
  const frameBytes = channels * sampleBytes;
  if (data.byteLength === 0) fail('no samples');
  if (data.byteLength % frameBytes !== 0) fail(`a file that is cut off: ${data.byteLength} bytes of samples, ${frameBytes} each`);
  const read = (channel: number): Float32Array =>
    Float32Array.from(
      { length: data.byteLength / frameBytes },
      (_, frame) => data.getInt16(frame * frameBytes + channel * sampleBytes, true) / fullScale,
    );
  return { sampleRate, channels: Array.from({ length: channels }, (_, channel) => read(channel)) };
}

/** What a file is that is not a WAVE file, by how it begins. */
function guessFormat(bytes: Uint8Array): string {
  const begins = (text: string, offset = 0) => [...text].every((letter, index) => bytes[offset + index] === letter.charCodeAt(0));
  if (begins('ID3') || (bytes[0] === 0xff && (bytes[1] & 0xe0) === 0xe0)) return 'an MP3 file';
  if (begins('OggS')) return 'an Ogg file';
  if (begins('fLaC')) return 'a FLAC file';
  if (begins('ftyp', 4)) return 'an MPEG-4 file';
  if (begins('FORM')) return 'an AIFF file';
  if (begins('RIFX')) return 'a big-endian RIFX file';
  if (begins('RF64')) return 'an RF64 file';
  return `${bytes.length} bytes that do not begin with RIFF and WAVE`;
}
