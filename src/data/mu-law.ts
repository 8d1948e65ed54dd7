import { InputError } from '../spec/input-error.ts';
import { describeValue } from '../spec/validation.ts';

/** Tokens of the scale: 8 bits, as telephones use. */
export const muLawLevels = 256;

const mu = muLawLevels - 1;
const logOfRange = Math.log1p(mu);

/**
 * Samples in [-1, 1] to 256 tokens, fine where it is quiet: y = sign(x) ln(1 + µ|x|) / ln(1 + µ) with µ = 255, the continuous form of ITU-T
 * G.711's companding, rounded to the nearest of 256 even steps from -1 (token 0) to 1 (token 255), as torchaudio's mu_law_encoding and
 * WaveNet (van den Oord et al. 2016) do. Louder samples are clipped.
 *
 * @throws InputError for a sample that is not a number.
 */
export function encodeMuLaw(samples: ArrayLike<number>): Uint32Array {
  return Uint32Array.from(samples, (sample, index) => {
    if (Number.isNaN(sample)) throw new InputError(`sample ${index} must be a number, got NaN`);
    const loud = Math.min(Math.abs(sample), 1);
    const companded = (Math.sign(sample) * Math.log1p(mu * loud)) / logOfRange;
    return Math.floor(((companded + 1) / 2) * mu + 0.5);
  });
}

/**
 * Tokens to samples in [-1, 1], the inverse of `encodeMuLaw`: x = sign(y) ((1 + µ)^|y| - 1) / µ. No token stands for exactly 0; silence comes
 * back as 127 or 128, ±0.0001.
 *
 * @throws InputError for a token that is not an integer from 0 to 255.
 */
export function decodeMuLaw(tokens: ArrayLike<number>): Float32Array<ArrayBuffer> {
  return Float32Array.from(tokens, (token) => {
    if (!Number.isInteger(token) || token < 0 || token > mu) {
      throw new InputError(`token must be an integer from 0 to ${mu}, got ${describeValue(token)}`);
    }
    const companded = (2 * token) / mu - 1;
    return (Math.sign(companded) * Math.expm1(Math.abs(companded) * logOfRange)) / mu;
  });
}
