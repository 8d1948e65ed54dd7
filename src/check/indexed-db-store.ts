import type { KeptVerdicts, VerdictStore } from './verdict-store.ts';

const DATABASE = 'retrograde';
const TABLE = 'self-test';
const KEY = 'verdicts';

/** Verdicts in the IndexedDB of a page or worker; undefined where there is none. */
export function indexedDbStore(): VerdictStore | undefined {
  const { indexedDB, navigator } = globalThis;
  if (!indexedDB) return undefined;
  const run = async <Result>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => IDBRequest<Result>): Promise<Result> => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    const database = await settled(request);
    try {
      return await settled(work(database.transaction(TABLE, mode).objectStore(TABLE)));
    } finally {
      database.close();
    }
  };
  return {
    software: navigator?.userAgent ?? '',
    read: async () => (await run<KeptVerdicts | undefined>('readonly', (table) => table.get(KEY))) ?? {},
    async write(verdicts) {
      await run('readwrite', (table) => table.put(verdicts, KEY));
    },
  };
}

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    if ('onblocked' in request) request.onblocked = () => reject(new Error('the database is blocked'));
  });
