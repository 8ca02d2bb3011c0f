import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { type Server, connect, createServer } from "node:net";
import { join } from "node:path";
import { isDiskFull } from "./disk-error.ts";
import { HomeInUse, codeOf } from "./errors.ts";

/** A home that is ours alone until released or until this process ends, in whatever way. */
export interface HomeLock {
  release(): Promise<void>;
}

/**
 * Takes the home for this process. A bound socket is the lock: binding is atomic, and the kernel frees an
 * abstract name (Linux) at the death of its process, so that no stale lock can be left. Elsewhere a socket file
 * serves, which is taken over when nobody answers on it.
 *
 * Throws HomeInUse (exit code 6) when another process has it.
 */
export async function lockHome(home: string): Promise<HomeLock> {
  const { dev, ino } = statSync(home, { bigint: true });
  const abstract = process.platform === "linux" || process.platform === "android";
  const path = abstract ? abstractName(`dispersy-home-${dev}-${ino}-`) : join(home, "lock.sock");
  let server = await tryListen(path);
  if (server === undefined && !abstract && !(await answers(path))) {
    rmSync(path, { force: true });
    server = await tryListen(path);
  }
  if (server === undefined) throw inUse(home);
  const pidFile = join(home, "pid");
  try {
    writeFileSync(pidFile, `${process.pid}\n`);
  } catch (error) {
    // Informational only: a full disk is no reason not to run.
    if (!isDiskFull(error)) throw error;
  }
  const held = server;
  return {
    release: async () => {
      rmSync(pidFile, { force: true });
      await new Promise<void>((resolve) => held.close(() => resolve()));
    },
  };
}

/**
 * The name filled up to the 108 bytes of sun_path: Node 20 pads a shorter one with zeroes and later versions do
 * not, so that two versions would lock two names.
 */
function abstractName(name: string): string {
  return `\0${name}`.padEnd(108, "-");
}

function inUse(home: string): HomeInUse {
  let pid = "";
  try {
    pid = readFileSync(join(home, "pid"), "utf8").trim();
  } catch {
    // Informational only: the lock itself is the socket.
  }
  const who = /^[0-9]{1,10}$/.test(pid) ? `process ${pid}` : "another process";
  return new HomeInUse(
    `the home ${home} is in use by ${who}`,
    "Stop that process first, or name another folder with --home.",
  );
}

/** The listening server, or undefined when the name is taken. */
function tryListen(path: string): Promise<Server | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once("error", (error) => {
      if (codeOf(error) === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen({ path }, () => {
      server.unref();
      resolve(server);
    });
  });
}

/** Whether a process accepts connections on a socket file. */
export function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ path });
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once("connect", () => done(true));
    socket.once("error", () => done(false));
  });
}
