/** The last session, kept in IndexedDB: its settings, its curves and a file from which it can go on. */
import type { Point } from '../history.ts';
import type { Settings } from '../protocol.ts';
import type { OwnData } from '../worker/create-material.ts';

export interface LastSession {
  readonly settings: Settings;
  readonly step: number;
  readonly checkpoint: Uint8Array;
  readonly curves: Readonly<Record<string, readonly Point[]>>;
  readonly own?: OwnData;
}

/** Not the engine's, which is called `retrograde`: two that open one database with different tables shut each other out. */
const database = 'retrograde page';
const store = 'sessions';
const key = 'last';

function open(): Promise<IDBDatabase> {
  const request = indexedDB.open(database, 1);
  request.onupgradeneeded = () => request.result.createObjectStore(store);
  return promiseOf(request);
}

const promiseOf = <Value>(request: IDBRequest<Value>): Promise<Value> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

async function using<Value>(mode: IDBTransactionMode, action: (sessions: IDBObjectStore) => IDBRequest<Value>): Promise<Value> {
  const opened = await open();
  try {
    return await promiseOf(action(opened.transaction(store, mode).objectStore(store)));
  } finally {
    opened.close();
  }
}

export const keepSession = (session: LastSession): Promise<unknown> => using('readwrite', (sessions) => sessions.put(session, key));
export const readSession = (): Promise<LastSession | undefined> =>
  using('readonly', (sessions) => sessions.get(key) as IDBRequest<LastSession | undefined>);
export const forgetSession = (): Promise<undefined> => using('readwrite', (sessions) => sessions.delete(key));
