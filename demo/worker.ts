import { expose } from 'comlink';
import { createSession } from './worker/session.ts';

expose(createSession());
