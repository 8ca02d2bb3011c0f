import { closeSync, existsSync, openSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { EXIT, UserError } from "../../node/host/errors.ts";
import { systemErrorOf } from "../../node/host/system-error.ts";
import { makeFolder } from "../../node/host/files/make-folder.ts";
import { REPORT_FILE } from "./report.ts";

/**
 * An experiment may take hours: whether its results can be written is known before. Makes the folder of a report.
 * Throws a UserError.
 */
export function requireFolder(folder: string, option = "--out"): void {
  requireFile(join(folder, REPORT_FILE), option, folder);
}

/** The same for one file, which stays as it is, and for the folder that it is to be in. `shown` is what was typed. */
export function requireFile(path: string, option: string, shown = path): void {
  try {
    makeFolder(dirname(path));
    if (existsSync(path)) accessByAppending(path);
    else tryToMake(path);
  } catch (error) {
    throw new UserError(
      `nothing can be written to ${shown} (${systemErrorOf(error)}), so nothing was measured`,
      `Name another place with ${option}.`,
      EXIT.failed,
    );
  }
}

function accessByAppending(path: string): void {
  closeSync(openSync(path, "a"));
}

/** With a byte in it, for which a full disk has no room. */
function tryToMake(path: string): void {
  try {
    writeFileSync(path, "\n");
  } finally {
    rmSync(path, { force: true });
  }
}

/** What is said once the figures were printed and the place took no more. */
export function cannotWrite(shown: string, option: string, error: unknown): UserError {
  return new UserError(
    `the figures were printed; ${shown} cannot be written (${systemErrorOf(error)})`,
    `Make room, or name another place with ${option}.`,
    EXIT.failed,
  );
}
