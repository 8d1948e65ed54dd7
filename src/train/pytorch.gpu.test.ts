/** Cells, losses, optimizers and runs of 20 steps against PyTorch. */
import { holdAgainstPyTorch } from '../testing/against-pytorch.ts';
import gru from './fixtures/gru.json';
import losses from './fixtures/losses.json';
import lstm from './fixtures/lstm.json';
import optimizers from './fixtures/optimizers.json';
import rnn from './fixtures/rnn.json';
import runs from './fixtures/runs.json';

holdAgainstPyTorch({ gru, losses, lstm, optimizers, rnn, runs });
