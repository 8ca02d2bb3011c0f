import {
  chmodSync,
  closeSync,
  constants,
  fchmodSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { SECRET_KEY_BYTES } from "../../../wire/identity.ts";
import { HomeError, codeOf } from "../errors.ts";
import { HAS_MODES, checkOwn, quote } from "./ownership.ts";

/** Writes a file that is complete and durable or not there at all. A mode of 0600 whatever the umask. */
export function writeDurably(path: string, data: Uint8Array | string): void {
  const temporary = `${path}.new`;
  const { O_WRONLY, O_CREAT, O_EXCL } = constants;
  let file: number;
  try {
    file = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    // Left by a crash: never finished, hence never used. The home is locked, so nobody writes it now.
    rmSync(temporary);
    file = openSync(temporary, O_WRONLY | O_CREAT | O_EXCL, 0o600);
  }
  try {
    if (HAS_MODES) fchmodSync(file, 0o600);
    const bytes = typeof data === "string" ? Buffer.from(data) : data;
    let at = 0;
    while (at < bytes.length) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncFolder(dirname(path));
}

/** Makes renames and new files in a folder durable. */
export function syncFolder(folder: string): void {
  if (!HAS_MODES) return;
  const file = openSync(folder, constants.O_RDONLY);
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a 32-byte secret key. Like OpenSSH, refuses (HomeError, exit code 6) one that others can read or
 * that somebody else may have put there. Undefined when there is none.
 */
export function readSecret(path: string): Uint8Array | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  } catch (error) {
    const code = codeOf(error);
    if (code === "ENOENT") return undefined;
    if (code === "ELOOP") {
      throw new HomeError(`${path} is a symbolic link`, "Put the key file itself there.");
    }
    checkOwn("the secret key", path, lstatSync(path));
    throw new HomeError(`${path} cannot be read (${code})`, `Run: chmod 600 ${quote(path)}`);
  }
  try {
    return checkAndRead(file, path);
  } finally {
    closeSync(file);
  }
}

function checkAndRead(file: number, path: string): Uint8Array {
  const stat = fstatSync(file);
  if (!stat.isFile() || stat.nlink > 1) {
    throw new HomeError(`${path} is not a plain file of its own`, "Put the key file itself there.");
  }
  checkOwn("the secret key", path, stat);
  const secret = new Uint8Array(SECRET_KEY_BYTES + 1);
  if (readSync(file, secret, 0, secret.length, 0) !== SECRET_KEY_BYTES) {
    throw new HomeError(
      `${path} does not have the ${SECRET_KEY_BYTES} bytes of a secret key`,
      "Restore it from a backup, or move the overlay's folder away and join again.",
    );
  }
  return secret.slice(0, SECRET_KEY_BYTES);
}

/** Makes a folder and empty files in it that are ours alone, and takes the rights of others away where they exist. */
export function makePrivate(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (HAS_MODES) chmodSync(folder, 0o700);
  const { O_RDWR, O_CREAT } = constants;
  for (const name of names) {
    const file = openSync(join(folder, name), O_RDWR | O_CREAT, 0o600);
    try {
      if (HAS_MODES) fchmodSync(file, 0o600);
    } finally {
      closeSync(file);
    }
  }
}
