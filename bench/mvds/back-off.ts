/** The longest pause between two sendings, unless a run says otherwise: two minutes of epochs of one second. */
export const MOST_BACK_OFF_EPOCHS = 128;

/**
 * Epochs to wait after so many sendings: 1, 2, 4 and so on up to `mostEpochs`, a power of two, and then from 1 again,
 * so that whoever comes back is not met by the longest pause alone. Always added to the epoch of now: the reference
 * program once added to the last one, and old records were never sent again.
 */
export function backOffEpochs(sendCount: number, mostEpochs = MOST_BACK_OFF_EPOCHS): number {
  const lengths = Math.log2(mostEpochs) + 1;
  return 2 ** ((sendCount - 1) % lengths);
}
