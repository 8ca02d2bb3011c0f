import { lstatSync, mkdirSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { HomeError } from "./errors.ts";
import { nativeCrypto } from "./native-crypto.ts";
import { quote } from "./secret-file.ts";

/** sun_path has 104 bytes on BSD and macOS, 108 on Linux, one of them for the end. */
const MAX_SOCKET_PATH_BYTES = 100;

/**
 * Where a node serves its commands: a socket in the home or, when that path would be too long, one in a private folder
 * with a name made of the home's path. Every process computes the same.
 */
export function controlPath(home: string): string {
  const path = join(realpath(home), "control.sock");
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  const name = toHex(nativeCrypto.hash(utf8(path))).slice(0, 16);
  const runtime = process.env["XDG_RUNTIME_DIR"];
  const user = process.geteuid?.() ?? "user";
  const folder = runtime?.startsWith("/") ? runtime : join(tmpdir(), `dispersy-${user}`);
  return join(folder, `dispersy-${name}.sock`);
}

function realpath(home: string): string {
  try {
    return realpathSync(home);
  } catch {
    // No such folder: then nobody serves it either.
    return home;
  }
}

/** Makes the folder of a socket path, and refuses one that others could put a socket of their own into. */
export function preparePrivateFolder(path: string, home: string): void {
  const folder = dirname(path);
  if (folder === realpath(home) || process.platform === "win32") return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const stat = lstatSync(folder);
  if (stat.isDirectory() && stat.uid === process.geteuid!() && (stat.mode & 0o077) === 0) return;
  throw new HomeError(
    `the folder ${folder}, for the node's control socket, is not private to you`,
    `Remove it, or run: chmod 700 ${quote(folder)}`,
  );
}
