import { readdirSync } from "node:fs";
import { attempt, run } from "./system.ts";

/** Where iproute2 keeps named network namespaces. */
const FOLDER = "/run/netns";
/** All that any lab makes begins so; `down --all` removes by it. */
const COMMON_PREFIX = "dlab-";

/** The prefix of the namespaces of the nth lab that a process makes: no other lab on this machine has it. */
export function prefixOf(pid: number, nth = 0): string {
  return `${COMMON_PREFIX}${pid.toString(36)}.${nth}-`;
}

/** The prefixes of the labs that are there, also of those that ended without clearing up. */
export function presentPrefixes(): string[] {
  const names = namespaceNames().filter((name) => name.startsWith(COMMON_PREFIX));
  return [...new Set(names.map((name) => name.slice(0, name.lastIndexOf("-") + 1)))];
}

export function makeNamespaces(prefix: string, names: readonly string[]): void {
  run("ip", ["-batch", "-"], names.map((name) => `netns add ${prefix}${name}\n`).join(""));
}

/**
 * Ends every process inside the namespaces of a lab and removes them, with all that is in them: devices, routes, rules.
 * Never fails, may be called twice, needs nothing but the prefix.
 */
export function removeNamespaces(prefix: string): void {
  if (!prefix.startsWith(COMMON_PREFIX)) throw new Error(`not a lab's prefix: ${prefix}`);
  const names = namespaceNames().filter((name) => name.startsWith(prefix));
  for (const name of names) for (const pid of processesIn(name)) endProcess(pid);
  for (const name of names) attempt("ip", ["netns", "del", name]);
}

function namespaceNames(): string[] {
  try {
    return readdirSync(FOLDER);
  } catch {
    return []; // never used on this machine
  }
}

export function processesIn(namespace: string): number[] {
  try {
    return run("ip", ["netns", "pids", namespace]).split("\n").filter(Boolean).map(Number);
  } catch {
    return []; // removed meanwhile
  }
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // ended meanwhile
  }
}
