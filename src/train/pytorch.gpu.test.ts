/** Cells, losses and optimizers against PyTorch, with sequence kernels; the same with step kernels, whole runs and what is rarer are in pytorch.gpu-long.test.ts. */
import { holdAgainstPyTorch } from '../testing/against-pytorch.ts';
import gru from './fixtures/gru.json';
import losses from './fixtures/losses.json';
import lstm from './fixtures/lstm.json';
import optimizers from './fixtures/optimizers.json';
import rnn from './fixtures/rnn.json';

holdAgainstPyTorch({ gru, losses, lstm, optimizers, rnn }, ['sequence']);
