import { readdirSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import { makeFolder } from "../files/make-folder.ts";
import { EXIT, HomeError, codeOf, messageOf } from "../errors.ts";

const SOCKET = /^tracker-(.+)\.sock$/;

/** Where one tracker's control socket is. */
export interface TrackerPlace {
  folder: string;
  socket: string;
  /** `address:port` that it listens on. */
  listen: string;
}

/**
 * The folder of the control sockets of trackers for which no --home says another one: the service's own under systemd,
 * else `$XDG_STATE_HOME/dispersy` or `~/.local/state/dispersy` (XDG Base Directory Specification 0.8). It is not in
 * XDG_RUNTIME_DIR: that goes when its user logs out, and a tracker that nohup keeps would look dead. Throws a HomeError
 * (exit code 2) where the user has no home.
 */
export function trackersFolder(): string {
  // systemd.exec(5): several are separated by colons.
  const [own] = (process.env["RUNTIME_DIRECTORY"] ?? "").split(":");
  if (own) return own;
  const state = process.env["XDG_STATE_HOME"];
  // The specification: a relative path in the variable is invalid and to be ignored.
  const base = state?.startsWith("/") ? state : join(homedir(), ".local", "state");
  if (isAbsolute(base)) return join(base, "dispersy");
  throw new HomeError(
    "there is no folder for what trackers say: HOME is empty",
    "Set HOME, or name a folder with --home.",
    EXIT.usage,
  );
}

/** Named by where the tracker listens, so that several share a folder, and a new one takes the place of a dead one. */
export function trackerPlace(folder: string, listen: string): TrackerPlace {
  return { folder: resolve(folder), socket: `tracker-${listen}.sock`, listen };
}

/** Creates the folder (0700) when there is none. Throws a HomeError when that cannot be done. */
export function prepareFolder(folder: string): void {
  try {
    makeFolder(folder, 0o700);
  } catch (error) {
    throw new HomeError(
      `the folder ${folder} cannot be created (${codeOf(error) ?? messageOf(error)})`,
      "Name a folder that you can write to with --home.",
    );
  }
}

/** The trackers that run or were killed with a control socket in this folder, in the order of their names. */
export function trackersIn(folder: string): TrackerPlace[] {
  let names: string[];
  try {
    names = readdirSync(folder).sort();
  } catch {
    // None, or nothing that we may read: whoever connects hears the reason.
    return [];
  }
  return names.flatMap((socket) => {
    const [, listen] = SOCKET.exec(socket) ?? [];
    return listen === undefined ? [] : [{ folder: resolve(folder), socket, listen }];
  });
}
