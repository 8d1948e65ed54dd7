import { readText } from '../data/text.ts';
import { readBytes, readPieces } from './files.ts';

/**
 * A text file piece by piece as readText would give it whole: strict UTF-8, a byte order mark removed, CRLF line ends made LF. An empty file has no pieces.
 *
 * @param wants what messages say the file must be
 * @throws InputError if it cannot be read or is not UTF-8.
 */
export async function* textPieces(name: string, wants: string): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let heldBack = ''; // a CR at the end of a piece: the LF may follow
  const decode = async (bytes?: Uint8Array): Promise<string> => {
    try {
      return bytes ? decoder.decode(bytes, { stream: true }) : decoder.decode();
    } catch (error) {
      readText(await readBytes(name, wants), name); // throws, and knows which byte
      throw error;
    }
  };
  for await (const bytes of readPieces(name, wants)) {
    const text = heldBack + (await decode(bytes));
    heldBack = text.endsWith('\r') ? '\r' : '';
    const piece = text.slice(0, text.length - heldBack.length).replaceAll('\r\n', '\n');
    if (piece !== '') yield piece;
  }
  const rest = heldBack + (await decode());
  if (rest !== '') yield rest;
}
