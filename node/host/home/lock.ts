import { chmodSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { type Server, createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toHex } from "../../../wire/bytes.ts";
import { EXIT, HomeError, HomeInUse, codeOf } from "../errors.ts";
import { hostRandom } from "../random.ts";
import { SocketFolder, answers, listen, makePipeName } from "../files/socket-folder.ts";

/** A home that is ours alone until released or until this process ends, in whatever way. */
export interface HomeLock {
  release(): Promise<void>;
}

const CLAIM = /^lock-[0-9a-f]{16}$/;
/** A claim that is not listened on yet. */
const UNFINISHED_CLAIM = /^lock-[0-9a-f]{16}\.new$/;
/** What rivals that came at the same moment may take to go. */
const MAX_LOOKS = 20;
const LOOK_INTERVAL_MS = 10;

/**
 * Takes the home for this process, by a socket in it. Whoever wants the home puts a listening socket of a name of its
 * own there, its claim, and then looks whether another one answers: it has the home if none does. Of two, the later one
 * to look finds the other, so never both have it. The kernel stops answering for a process that died, in whatever way,
 * and a socket file answers in all network namespaces and to nobody who may not enter the home. On Windows it is a
 * pipe.
 *
 * Throws HomeInUse (exit code 6) when another process has it.
 */
export async function lockHome(
  home: string,
  platform: NodeJS.Platform = process.platform,
): Promise<HomeLock> {
  const withdraw = platform === "win32" ? await holdPipe(home) : await holdClaim(home);
  const pidFile = join(home, "pid");
  writePid(pidFile);
  return {
    release: async () => {
      rmSync(pidFile, { force: true });
      await withdraw();
    },
  };
}

async function holdClaim(home: string): Promise<() => Promise<void>> {
  const claim = await Claim.make(home);
  try {
    await claim.prevail();
  } catch (error) {
    await claim.withdraw();
    throw error;
  }
  return () => claim.withdraw();
}

/** Windows lets one process alone listen on a pipe, and takes the pipe away when that process ends. */
async function holdPipe(home: string): Promise<() => Promise<void>> {
  const server = createServer((socket) => socket.destroy());
  try {
    makePipeName(home);
    await listen(server, new SocketFolder(home, "win32").address("lock"));
  } catch (error) {
    throw codeOf(error) === "EADDRINUSE" ? inUse(home) : cannotLock(home, error);
  }
  // Accepting can fail; whoever asked has its answer by then.
  server.on("error", () => {});
  server.unref();
  return () => new Promise((resolve) => server.close(() => resolve()));
}

class Claim {
  readonly #home: string;
  readonly #folder: SocketFolder;
  readonly #name: string = `lock-${toHex(hostRandom.bytes(8))}`;
  readonly #server: Server = createServer((socket) => socket.destroy());

  private constructor(home: string) {
    this.#home = home;
    this.#folder = new SocketFolder(home);
  }

  static async make(home: string): Promise<Claim> {
    let claim: Claim | undefined;
    try {
      claim = new Claim(home);
      await claim.#publish();
      return claim;
    } catch (error) {
      await claim?.withdraw();
      // Whoever has the home clears away what is unfinished.
      if (codeOf(error) === "ENOENT") throw inUse(home);
      if (error instanceof HomeError) throw error;
      throw cannotLock(home, error);
    }
  }

  /** The name appears when the socket listens: one that does not answer belongs to nobody. */
  async #publish(): Promise<void> {
    const unfinished = `${this.#name}.new`;
    await listen(this.#server, this.#folder.address(unfinished));
    // Accepting can fail, as for want of descriptors; the kernel has answered by then.
    this.#server.on("error", () => {});
    this.#server.unref();
    chmodSync(this.#path(unfinished), 0o600);
    renameSync(this.#path(unfinished), this.#path(this.#name));
  }

  /**
   * Resolves when the home is ours. Of several that come at once, the one with the least name waits for the rest to go.
   */
  async prevail(): Promise<void> {
    for (let looks = 1; ; looks++) {
      const { alive, dead } = await this.#others();
      if (alive.length === 0) return this.#clear(dead);
      const isLeast = alive.every((name) => this.#name < name);
      if (!isLeast || looks === MAX_LOOKS) throw inUse(this.#home);
      await sleep(LOOK_INTERVAL_MS);
    }
  }

  async withdraw(): Promise<void> {
    rmSync(this.#path(this.#name), { force: true });
    // Removes what it was bound to, if that is still there.
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#folder.close();
  }

  async #others(): Promise<{ alive: string[]; dead: string[] }> {
    const alive: string[] = [];
    const dead: string[] = [];
    for (const name of readdirSync(this.#home)) {
      if (!CLAIM.test(name) || name === this.#name) continue;
      const isAlive = await answers(this.#folder.address(name));
      (isAlive ? alive : dead).push(name);
    }
    return { alive, dead };
  }

  /** What processes left that were killed. */
  #clear(dead: readonly string[]): void {
    const unfinished = readdirSync(this.#home).filter((name) => UNFINISHED_CLAIM.test(name));
    for (const name of [...dead, ...unfinished]) rmSync(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#home, name);
  }
}

/** Informational only, and so of no harm when the disk has no room for it. */
function writePid(path: string): void {
  rmSync(path, { force: true });
  try {
    writeFileSync(path, `${process.pid}\n`, { mode: 0o600 });
  } catch {
    rmSync(path, { force: true });
  }
}

function cannotLock(home: string, error: unknown): HomeError {
  return new HomeError(
    `the home ${home} cannot be locked (${codeOf(error)})`,
    "See whether the disk is full or read-only.",
    EXIT.failed,
  );
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
    "Stop that process first (dispersy down), or name another folder with --home.",
  );
}
