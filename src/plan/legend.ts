/**
 * The legend of dimensions, written once: every tensor of a plan names its dimensions with these letters.
 *
 * B batch · T timeSteps · I inputSize · H hiddenSize · V classes · G gates with a recurrent product (RNN 1, GRU 3, LSTM 4)
 * P planes stored per unit (RNN 1, GRU 4, LSTM 4) · A micro-batches · N parameters · W windows
 * In attention: T steps of the decoder · S steps of the encoder · A width of queries and keys · C width of the encoder's outputs
 *
 * Everything is time-major, `[T, B, ...]`; states carry one extra row, `[T + 1, B, H]`, so that t = 0 needs no special case.
 * Gate order is PyTorch's: LSTM i, f, g, o; GRU r, z, n. On the GPU I, H and V are padded to multiples of 4; padded units have zero
 * weights and stay zero, so users never see them.
 */
export type Dimension = string;

/** The next multiple of 4: every row of a GPU tensor is read as vec4s. */
export const padded = (size: number): number => Math.ceil(size / 4) * 4;
