/** Cells, losses and optimizers against PyTorch with step kernels; with both, runs of 20 steps, directions and lengths, truncated windows, learned initial states, tied embeddings and noise within the cell. */
import { describe } from 'vitest';
import { holdAgainstPyTorch } from '../testing/against-pytorch.ts';
import directions from './fixtures/directions.json';
import gru from './fixtures/gru.json';
import initial from './fixtures/initial.json';
import losses from './fixtures/losses.json';
import lstm from './fixtures/lstm.json';
import noise from './fixtures/noise.json';
import normalised from './fixtures/normalised.json';
import optimizers from './fixtures/optimizers.json';
import rnn from './fixtures/rnn.json';
import runs from './fixtures/runs.json';
import tied from './fixtures/tied.json';
import truncated from './fixtures/truncated.json';

describe('what pytorch.gpu.test.ts holds', () => holdAgainstPyTorch({ gru, losses, lstm, optimizers, rnn }, ['step']));
describe('the rest', () => holdAgainstPyTorch({ directions, initial, noise, normalised, runs, tied, truncated }));
