// Loaded before the program that a test runs: at SIGUSR2 takes all descriptors that are left, at the next gives them
// back.
import { closeSync, openSync, writeSync } from "node:fs";

const held: number[] = [];
const STDERR = 2;

process.on("SIGUSR2", () => {
  if (held.length > 0) {
    held.splice(0).forEach((file) => closeSync(file));
    writeSync(STDERR, "descriptors are free\n");
    return;
  }
  try {
    for (;;) held.push(openSync("/dev/null", "r"));
  } catch (error) {
    writeSync(STDERR, `no descriptors: ${(error as NodeJS.ErrnoException).code}\n`);
  }
});
