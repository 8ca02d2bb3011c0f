import { realpathSync } from "node:fs";

/** This very program, to be started by others, wherever they are; the links that npx goes by may be gone by then. */
export function ownCommand(): [program: string, ...args: string[]] {
  return [process.execPath, ...process.execArgv, realpathSync(process.argv[1]!)];
}
