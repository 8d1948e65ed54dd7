// The web server of one page: bench/ as it lies, and one empty document that loads the bundle.
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { benchFolder } from './install.mjs';

const types = { '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };
const isolation = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
  'cross-origin-resource-policy': 'same-origin',
};
const shell = '<!doctype html><link rel=icon href=data:,><script type=module src=/dist/page/page.js></script>';
const pageFolder = path.join(benchFolder, 'dist/page/');

const compressed = new Map();
function compressedBytes(file) {
  if (!compressed.has(file)) compressed.set(file, gzipSync(readFileSync(file)).length);
  return compressed.get(file);
}

/**
 * Serves on a free port of this machine only.
 *
 * @param {{ threads?: boolean }} options threads: cross-origin isolated, so that wasm gets SharedArrayBuffer
 * @returns {Promise<{ url: string, downloadBytes(): number, close(): void }>} downloadBytes: what the peer loaded, each file under gzip
 */
export async function serve({ threads = false } = {}) {
  const headers = threads ? isolation : {};
  const served = new Set();
  const server = http.createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    if (pathname === '/') {
      response.writeHead(200, { ...headers, 'content-type': 'text/html' });
      response.end(shell);
      return;
    }
    const file = path.join(benchFolder, pathname);
    if (!file.startsWith(benchFolder + path.sep) || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404, headers);
      response.end();
      return;
    }
    if (!file.startsWith(pageFolder)) served.add(file);
    response.writeHead(200, { ...headers, 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}/`,
    downloadBytes: () => [...served].reduce((bytes, file) => bytes + compressedBytes(file), 0),
    close: () => server.close(),
  };
}
