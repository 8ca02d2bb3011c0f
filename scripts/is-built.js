// Loaded before the program in `npm start`: whoever forgot `npm ci` reads a sentence, not a stack.
import { existsSync } from "node:fs";
import { join } from "node:path";

if (!existsSync(join(import.meta.dirname, "../dist/node/cli/main.js"))) {
  console.error("error: this checkout is not built\nType `npm ci` in it first, then this again.");
  process.exit(1);
}
