import { setFlagsFromString } from "node:v8";

/**
 * Imports with every function compiled at once, for a process that stays. V8 compiles a function when it is first
 * called, so a joiner would compile while it meets its first peer: that took most of the processor's time between its
 * readiness and its first bundle. It costs the start some 70 ms of a processor.
 */
export async function compiledAhead<T>(load: () => Promise<T>): Promise<T> {
  setFlagsFromString("--no-lazy");
  try {
    return await load();
  } finally {
    setFlagsFromString("--lazy");
  }
}
