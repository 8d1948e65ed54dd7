/** The options that say what a model is: each with the places in the model's description that it fills. */
import { attentionKinds } from '../spec/attention.ts';
import { initializationPresets } from '../spec/initializer.ts';
import { architectures, cells, initialStates } from '../spec/model.ts';
import type { OptionTable } from './options.ts';

export const modelTable = {
  architecture: {
    kind: 'word',
    words: architectures,
    paths: ['model.architecture'],
    help: 'what goes in and out; follows from the examples, and text wants many-to-many',
  },
  cell: { kind: 'word', words: cells, paths: ['model.recurrent.cell'], help: 'default lstm, or the one of the task' },
  hidden: {
    kind: 'sizes',
    paths: ['model.recurrent.hiddenSize'],
    help: 'units of each layer, or of each one the lowest first: 64,32; default 128, or what the task has',
  },
  layers: { kind: 'integer', least: 1, paths: ['model.recurrent.layers'], help: 'default 1' },
  embedding: {
    kind: 'integer',
    least: 0,
    paths: ['model.input.embedding', 'model.decoder.embedding'],
    help: 'features per token; 0, the default, is one-hot',
  },
  'tied-embeddings': {
    kind: 'flag',
    negatable: true,
    paths: ['model.tiedEmbeddings'],
    help: 'the output weights are the embedding of the tokens, which must be as wide as the top layer; default no',
  },
  tokens: {
    kind: 'word',
    words: ['char', 'word', 'bpe'],
    help: 'what a token of text is; default char, for examples word where there are spaces',
  },
  'gru-reset': {
    kind: 'word',
    words: ['after', 'before'],
    paths: ['model.recurrent.reset'],
    help: 'where the reset gate acts: after the recurrent product (default) or before it',
  },
  bias: { kind: 'word', words: ['both', 'input', 'none'], paths: ['model.recurrent.bias'], help: 'bias vectors per gate; default both' },
  initialization: {
    kind: 'word',
    words: initializationPresets,
    paths: ['model.recurrent.initialization.preset'],
    help: 'how parameters start; its parts:',
  },
  'initialize-input': {
    kind: 'word',
    words: ['xavier', 'uniform', 'normal'],
    paths: ['model.recurrent.initialization.input'],
    help: 'input weights',
  },
  'initialize-recurrent': {
    kind: 'word',
    words: ['orthogonal', 'xavier', 'uniform', 'normal', 'identity'],
    paths: ['model.recurrent.initialization.recurrent'],
    help: 'recurrent weights',
  },
  'initialize-gain': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.gain'],
    help: 'multiplies the recurrent weights',
  },
  'spectral-radius': {
    kind: 'number',
    range: 'positive',
    paths: ['model.recurrent.initialization.spectralRadius'],
    help: 'scales the recurrent weights until their largest |eigenvalue| is this',
  },
  'initialize-bias': {
    kind: 'word',
    words: ['zeros', 'uniform'],
    paths: ['model.recurrent.initialization.bias'],
    help: 'recurrent biases',
  },
  'initialize-head': { kind: 'word', words: ['xavier', 'uniform'], paths: ['model.recurrent.initialization.head'], help: 'output weights' },
  'forget-bias': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.forgetBias'],
    help: "start of an LSTM's forget gate bias",
  },
  chrono: {
    kind: 'number',
    range: 'positive',
    paths: ['model.recurrent.initialization.chrono'],
    help: 'longest dependency in time steps that the gate biases of an LSTM or GRU shall start for',
  },
  'embedding-deviation': {
    kind: 'number',
    range: 'non-negative',
    paths: ['model.recurrent.initialization.embeddingDeviation'],
    help: 'spread of the first embedding',
  },
  'initial-state': {
    kind: 'word',
    words: initialStates,
    paths: ['model.recurrent.initialState'],
    help: 'what rows start from: zeros (default) or states that are learned with the parameters',
  },
  dropout: {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.dropout'],
    help: 'share of each layer that the one above does not see in a training step; default 0',
  },
  'recurrent-dropout': {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.recurrentDropout'],
    help: 'share of its own units that a layer does not read back in a training step; default 0',
  },
  zoneout: {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.zoneout'],
    help: 'share of the units that keep their state at a time step of a training step; default 0',
  },
  'zoneout-cell': {
    kind: 'number',
    range: 'fraction',
    paths: ['model.recurrent.zoneoutCell'],
    help: "the same for an LSTM's c; default 0",
  },
  'layer-norm': {
    kind: 'flag',
    paths: ['model.recurrent.layerNorm'],
    help: "layers normalise their products and an LSTM's c over the units of each row",
  },
  bidirectional: {
    kind: 'flag',
    paths: ['model.recurrent.bidirectional'],
    help: 'layers read from the end as well; not for text that is written',
  },
  merge: {
    kind: 'word',
    words: ['concat', 'sum', 'mean'],
    paths: ['model.recurrent.merge'],
    help: 'of bidirectional: how two directions make one output; default concat',
  },
  pooling: {
    kind: 'word',
    words: ['last', 'mean', 'max'],
    paths: ['model.pooling'],
    help: 'of many-to-one: what the head sees; default last',
  },
  attention: {
    kind: 'word',
    words: attentionKinds,
    paths: ['model.attention.kind'],
    help: 'of encoder-decoder: how what is written looks back at what was read',
  },
  'input-feeding': {
    kind: 'flag',
    negatable: true,
    paths: ['model.attention.inputFeeding'],
    help: 'of attention: the decoder also reads what the head read at the step before; default no',
  },
  'attention-size': { kind: 'integer', least: 1, paths: ['model.attention.size'], help: 'width of queries and keys of additive attention' },
} as const satisfies OptionTable;
