// @ts-check
/**
 * `npm start`: builds the page, serves it and opens it in the default browser. Where there is no display (Linux without
 * DISPLAY and WAYLAND_DISPLAY, or CI set) it runs the page in headless Chromium instead, prints the run here and stays up;
 * with `--once` it ends after that run, with exit code 1 if the page reports a problem or the loss does not fall.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, preview } from 'vite';
import { hasDisplay, watchRun } from './headless-run.mjs';

const port = 5173;

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}

async function main() {
  const { once } = parseArgs({ options: { once: { type: 'boolean', default: false } } }).values;
  const configFile = fileURLToPath(new URL('../vite.config.ts', import.meta.url));
  const display = hasDisplay(process);
  await build({ configFile, logLevel: 'warn' });
  const server = await preview({ configFile, logLevel: 'warn', preview: { port, open: display && !once } });
  const url = server.resolvedUrls?.local[0] ?? `http://localhost:${port}/`;
  console.log(`Retrograde is served at ${url}`);
  if (!display || once) {
    await watchRun(url);
    if (once) {
      await server.close();
      process.exit(0);
    }
  }
  console.log(`Still serving ${url} (Ctrl+C ends it).`);
}
