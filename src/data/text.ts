import { InputError } from '../spec/input-error.ts';
import { requireFraction } from '../spec/validation.ts';

/**
 * A text file's bytes as text: strict UTF-8, a byte order mark removed, CRLF line ends made LF.
 *
 * @param name what messages call the file
 * @throws InputError if the bytes are not UTF-8 or there are none.
 */
export function readText(bytes: Uint8Array, name: string): string {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const valid = validPrefix(bytes);
    const found =
      valid === bytes.length ? 'an unfinished character at its end' : `0x${bytes[valid].toString(16).padStart(2, '0')} at byte ${valid}`;
    throw new InputError(`${name} must be UTF-8 text, got ${found}`);
  }
  if (text.length === 0) throw new InputError(`${name} must hold text, got an empty file`);
  return text.replaceAll('\r\n', '\n');
}

/** Tokens for training and, from the end of the text, for validation; views of the same memory, nothing is copied. */
export interface TextSplit<Tokens extends Int32Array | Uint32Array> {
  readonly train: Tokens;
  readonly validation: Tokens;
}

/**
 * Splits tokens into a first part to train on and a last part of floor(N·validationShare) tokens to validate on.
 *
 * @param validationShare in [0, 1), default 0.1
 * @throws InputError for a share outside [0, 1).
 */
export function splitText(tokens: Int32Array, validationShare?: number): TextSplit<Int32Array>;
export function splitText(tokens: Uint32Array, validationShare?: number): TextSplit<Uint32Array>;
export function splitText(tokens: Int32Array | Uint32Array, validationShare = 0.1): TextSplit<Int32Array | Uint32Array> {
  const border = tokens.length - Math.floor(tokens.length * requireFraction('validation', validationShare));
  return { train: tokens.subarray(0, border), validation: tokens.subarray(border) };
}

/** Bytes before the first that cannot stand where it stands; all of them if the last character merely lacks its end. */
function validPrefix(bytes: Uint8Array): number {
  let valid = 0;
  let invalid = bytes.length + 1;
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >>> 1;
    if (middle <= bytes.length && decodes(bytes.subarray(0, middle))) valid = middle;
    else invalid = middle;
  }
  return valid;
}

function decodes(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
