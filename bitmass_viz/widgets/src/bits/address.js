/**
 * Where each weight bit lives: in the dense buffer, in the bit view and in the words as stored.
 *
 * A layer is units × features weights of `bpw` bits. The dense buffer is one bit stream: layer after
 * layer, unit by unit, feature by feature, least significant bit first, without padding. In the words
 * as stored every row begins a new word, so the last word of a row may end in padding bits; those have
 * no weight and no place in the stream.
 */

export const WORD_BITS = 32;
/** Hidden units that one word of a BV32 hidden layer holds: the study calls it a container. */
export const LANES = 32;

/**
 * @typedef {{name: string, units: number, features: number}} LayerShape
 * @typedef {{index: number, name: string, units: number, features: number, offset: number,
 *   wordsPerRow: number, words: number}} Layer
 * @typedef {{format: string, bpw: number, layers: Layer[], bits: number, bytes: number}} Plan
 * @typedef {{layer: string, unit: number, feature: number, bit: number, row: number, column: number,
 *   word: number, bitInWord: number, byte: number, streamBit: number}} WeightAddress
 * @typedef {{layer: string, unit: number, word: number, bitInWord: number, padding: true}} PaddingAddress
 * @typedef {WeightAddress | PaddingAddress} Address
 *
 * A mark is a weight bit and what is meant by it: that bit, its weight (all its bits, none of
 * them in particular), or the stored word it lies in together with that bit.
 * @typedef {{address: Address, extent: "bit" | "weight" | "word"}} Mark
 */

/**
 * Lay the layers out one after the other.
 * @param {{format: string, bpw: number, layers: LayerShape[]}} shape
 * @returns {Plan}
 */
export function makePlan({ format, bpw, layers }) {
  let offset = 0;
  const laid = layers.map(({ name, units, features }, index) => {
    const wordsPerRow = Math.ceil((features * bpw) / WORD_BITS);
    const layer = { index, name, units, features, offset, wordsPerRow, words: units * wordsPerRow };
    offset += units * features * bpw;
    return layer;
  });
  return { format, bpw, layers: laid, bits: offset, bytes: Math.ceil(offset / 8) };
}

/**
 * First stream bit of a weight.
 * @param {Plan} plan @param {Layer} layer @param {number} unit @param {number} feature
 */
export function streamStart(plan, layer, unit, feature) {
  return layer.offset + (unit * layer.features + feature) * plan.bpw;
}

/**
 * @param {Plan} plan @param {Layer} layer @param {number} unit @param {number} feature @param {number} bit
 * @returns {WeightAddress}
 */
export function addressOf(plan, layer, unit, feature, bit) {
  const inRow = feature * plan.bpw + bit;
  const streamBit = streamStart(plan, layer, unit, feature) + bit;
  return {
    layer: layer.name,
    unit,
    feature,
    bit,
    row: unit * plan.bpw + (plan.bpw - 1 - bit),
    column: feature,
    word: unit * layer.wordsPerRow + Math.floor(inRow / WORD_BITS),
    bitInWord: inRow % WORD_BITS,
    byte: Math.floor(streamBit / 8),
    streamBit,
  };
}

/**
 * The weight bit drawn at a row and column of the bit view.
 * @param {Plan} plan @param {Layer} layer @param {number} row @param {number} column
 */
export function addressAtCell(plan, layer, row, column) {
  const unit = Math.floor(row / plan.bpw);
  return addressOf(plan, layer, unit, column, plan.bpw - 1 - (row % plan.bpw));
}

/**
 * The weight bit, or the padding bit, at a place in the words as stored.
 * @param {Plan} plan @param {Layer} layer @param {number} word @param {number} bitInWord
 * @returns {Address}
 */
export function addressAtWord(plan, layer, word, bitInWord) {
  const unit = Math.floor(word / layer.wordsPerRow);
  const inRow = (word % layer.wordsPerRow) * WORD_BITS + bitInWord;
  const feature = Math.floor(inRow / plan.bpw);
  if (feature >= layer.features) return { layer: layer.name, unit, word, bitInWord, padding: true };
  return addressOf(plan, layer, unit, feature, inRow % plan.bpw);
}

/**
 * The weight bit at a place in the dense buffer.
 * @param {Plan} plan @param {number} streamBit
 */
export function addressAtStream(plan, streamBit) {
  if (!(streamBit >= 0 && streamBit < plan.bits)) {
    throw new RangeError(`stream bit must be between 0 and ${plan.bits - 1}, got ${streamBit}`);
  }
  const layer = plan.layers[plan.layers.filter(({ offset }) => offset <= streamBit).length - 1];
  const weight = Math.floor((streamBit - layer.offset) / plan.bpw);
  const bit = (streamBit - layer.offset) % plan.bpw;
  return addressOf(plan, layer, Math.floor(weight / layer.features), weight % layer.features, bit);
}

/**
 * First stream bit of a stored word.
 * @param {Plan} plan @param {Layer} layer @param {number} word
 */
export function wordStart(plan, layer, word) {
  const unit = Math.floor(word / layer.wordsPerRow);
  return streamStart(plan, layer, unit, 0) + (word % layer.wordsPerRow) * WORD_BITS;
}

/**
 * How many bits of a stored word are weight bits; the others are padding.
 * @param {Plan} plan @param {Layer} layer @param {number} word
 */
export function wordBits(plan, layer, word) {
  const before = (word % layer.wordsPerRow) * WORD_BITS;
  return Math.min(WORD_BITS, layer.features * plan.bpw - before);
}

/**
 * The bits of a word that a mark means: those of the marked weight that lie in it, or the one bit.
 * @param {Plan} plan @param {Address} address @param {boolean} whole the weight
 */
export function bitsInWord(plan, address, whole) {
  const { bitInWord } = address;
  if (!whole || "padding" in address) return { first: bitInWord, count: 1 };
  const lowest = bitInWord - address.bit;
  const first = Math.max(0, lowest);
  return { first, count: Math.min(WORD_BITS, lowest + plan.bpw) - first };
}
