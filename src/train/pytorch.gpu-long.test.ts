/** Runs of 20 steps, directions and lengths, truncated windows, learned initial states, tied embeddings and noise within the cell against PyTorch. */
import { holdAgainstPyTorch } from '../testing/against-pytorch.ts';
import directions from './fixtures/directions.json';
import initial from './fixtures/initial.json';
import noise from './fixtures/noise.json';
import normalised from './fixtures/normalised.json';
import runs from './fixtures/runs.json';
import tied from './fixtures/tied.json';
import truncated from './fixtures/truncated.json';

holdAgainstPyTorch({ directions, initial, noise, normalised, runs, tied, truncated });
