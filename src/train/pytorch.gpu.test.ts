/** Cells, losses, optimizers runs of 20 steps and tied embeddings against PyTorch. */
import { holdAgainstPyTorch } from '../testing/against-pytorch.ts';
import gru from './fixtures/gru.json';
import losses from './fixtures/losses.json';
import lstm from './fixtures/lstm.json';
import optimizers from './fixtures/optimizers.json';
import rnn from './fixtures/rnn.json';
import runs from './fixtures/runs.json';
import tied from './fixtures/tied.json';

holdAgainstPyTorch({ gru, losses, lstm, optimizers, rnn, runs, tied });
