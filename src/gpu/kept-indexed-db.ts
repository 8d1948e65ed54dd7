import type { KeptStore } from './kept.ts';

const DATABASE = 'retrograde';
const TABLE = 'self-test'; // named when there was one topic; a table of another name would want another version of the database

/** The IndexedDB of a page or worker, a record for each topic; undefined where there is none. */
export function indexedDbStore(): KeptStore | undefined {
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
    read: async (topic) => (await run<Record<string, unknown> | undefined>('readonly', (table) => table.get(topic))) ?? {},
    async write(topic, entries) {
      await run('readwrite', (table) => table.put(entries, topic));
    },
  };
}

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    if ('onblocked' in request) request.onblocked = () => reject(new Error('the database is blocked'));
  });
