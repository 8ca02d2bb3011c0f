import { readFileSync } from "node:fs";

/*
 * How many files and sockets this process may have open (RLIMIT_NOFILE). Imports nothing of the program: with too few,
 * not even its modules can be read.
 */

/**
 * Reading the program's modules opens some 90 files at once: of 96 in all it starts, of 80 it does not. Once it
 * runs it has 30 open. The rest is for modules to come.
 */
export const LEAST_OPEN_FILES = 160;

/**
 * What a process has open beside the sockets of searches: 30 at rest, 64 control connections, 16 of the threads that
 * check signatures; the rest for lookups, requests to a router, and files that are written anew.
 */
export const OTHER_OPEN_FILES = 192;

/**
 * The limit, or undefined where the system does not tell. Node has raised it by then to what the system lets it have
 * (the hard limit), so nothing is left to be done about it from inside.
 */
export function openFilesLimit(): number | undefined {
  try {
    const limits = readFileSync("/proc/self/limits", "utf8");
    const [, soft = ""] = /^Max open files\s+(\S+)/m.exec(limits) ?? [];
    return soft === "unlimited" ? Infinity : Number(soft) || undefined;
  } catch {
    return undefined;
  }
}

/** How it is raised, for people. */
export const RAISE_OPEN_FILES =
  "Raise the limit: ulimit -Hn 4096 in its shell, LimitNOFILE=4096 in its systemd unit, or --ulimit nofile=4096 of its container.";
