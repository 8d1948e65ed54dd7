/** Serves a folder as any static host would: no rewriting, no special headers. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};

export interface StaticServer {
  /** Ends with a slash. */
  readonly url: string;
  /** Each file that was asked for so far: its bytes as a host that compresses sends them, and when it was, in milliseconds since 1970. */
  readonly transferred: ReadonlyMap<string, { readonly bytes: number; readonly time: number }>;
  close(): Promise<void>;
}

/** On a free port of localhost, below the given path (`/` unless told). */
export async function serveFolder(folder: string, below = '/'): Promise<StaticServer> {
  const transferred = new Map<string, { readonly bytes: number; readonly time: number }>();
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const relative = path.posix.relative(below, pathname.endsWith('/') ? `${pathname}index.html` : pathname);
    try {
      if (relative.startsWith('..')) throw new Error('outside');
      const body = await readFile(path.join(folder, relative));
      transferred.set(relative, { bytes: gzipSync(body).byteLength, time: Date.now() });
      response.writeHead(200, { 'content-type': contentTypes[path.extname(relative)] ?? 'application/octet-stream' }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://localhost:${port}${below}`,
    transferred,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
