import type { KeptEntries, KeptStore } from './kept.ts';

const DATABASE = 'retrograde';
const TABLE = 'self-test'; // named when there was one topic; a table of another name would want another version of the database

/** The IndexedDB of a page or worker, a record for each topic; undefined where there is none. */
export function indexedDbStore(): KeptStore | undefined {
  const { indexedDB, navigator } = globalThis;
  if (!indexedDB) return undefined;
  const run = async <Result>(mode: IDBTransactionMode, work: (table: IDBObjectStore) => Promise<Result>): Promise<Result> => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(TABLE);
    const database = await settled(request);
    try {
      return await work(database.transaction(TABLE, mode).objectStore(TABLE));
    } finally {
      database.close();
    }
  };
  return {
    software: navigator?.userAgent ?? '',
    read: (topic) => run('readonly', (table) => entriesOf(table, topic)),
    // one transaction, so that neither a worker nor another tab comes in between
    update: (topic, change) =>
      run('readwrite', async (table) => {
        await settled(table.put(change(await entriesOf(table, topic)), topic));
      }),
  };
}

const entriesOf = async (table: IDBObjectStore, topic: string): Promise<KeptEntries> =>
  (await settled<KeptEntries | undefined>(table.get(topic))) ?? {};

const settled = <Result>(request: IDBRequest<Result>): Promise<Result> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    if ('onblocked' in request) request.onblocked = () => reject(new Error('the database is blocked'));
  });
