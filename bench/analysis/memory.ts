import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Nearly always two are enough. */
const MAX_ROUNDS = 5;

/** Bytes of JavaScript heap and byte arrays in use after a full collection; maps of files are in neither. */
export function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  // What an array buffer held is given back after the collection that found it unused.
  let least = Infinity;
  for (let rounds = 0; rounds < MAX_ROUNDS; rounds++) {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external >= least) break;
    least = heapUsed + external;
  }
  return least;
}
