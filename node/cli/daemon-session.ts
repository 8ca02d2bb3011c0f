import { accessSync, constants, existsSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ControlClient } from "../host/control/control.ts";
import { EXIT, HomeInUse, UserError } from "../host/errors.ts";
import { forHome } from "./command-name.ts";
import type { Session } from "./offline.ts";
import type { GlobalOptions } from "./options.ts";

/** Where the node of these options lives. */
export async function homeOf(options: GlobalOptions): Promise<string> {
  const { defaultHome } = await import("../host/home/home.ts");
  return resolve(options.home ?? defaultHome());
}

interface HomeUse {
  mayCreate?: boolean;
  onlyReads?: boolean;
}

/** `isOpen`: false once the node has gone. */
type OpenSession = Session & { close(): unknown; readonly isOpen: boolean };

/**
 * Works with the running node if there is one (`isRunning`), else with the home, which is let go of afterwards. A
 * home is made only with `mayCreate`: a mistyped --home shall not leave a folder. With `onlyReads` a read-only copy
 * will do.
 */
export async function withSession<T>(
  options: GlobalOptions,
  work: (session: Session, isRunning: boolean) => Promise<T>,
  use: HomeUse = {},
): Promise<T> {
  const { session, isRunning } = await openSession(options, use);
  return closing<OpenSession, T>(session, (open) => work(open, isRunning));
}

export async function openSession(
  options: GlobalOptions,
  { mayCreate = false, onlyReads = false }: HomeUse = {},
): Promise<{ session: OpenSession; isRunning: boolean }> {
  const home = await homeOf(options);
  return patiently(async () => {
    const client = await connect(home);
    if (client !== undefined) return { session: client, isRunning: true };
    if (!mayCreate && !existsSync(home)) throw noHome(options, home);
    const opened = await openHome(home, onlyReads && !isWritable(home));
    return { session: opened, isRunning: false };
  });
}

function isWritable(home: string): boolean {
  try {
    accessSync(home, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

async function openHome(home: string, readOnly: boolean): Promise<OpenSession> {
  const [{ Node }, { offlineSession }] = await Promise.all([
    import("../host/node/node.ts"),
    import("./offline.ts"),
  ]);
  const node = await Node.open({ home, offline: true, readOnly, logLevel: "warn" });
  return { ...offlineSession(node), close: () => node.close(), isOpen: true };
}

/** Another command has the home for less, and so has a node that starts or ends before it serves or lets go. */
const PATIENCE_MS = 3_000;
const RETRY_MS = 50;

/** Tries again for a while when another process has the home, unless there is no `hope`. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  hope: () => Promise<boolean> = async () => true,
): Promise<T> {
  const end = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const isPassing = error instanceof HomeInUse && performance.now() < end && (await hope());
      if (!isPassing) throw error;
    }
    await sleep(RETRY_MS);
  }
}

/** Whether a node serves this home. */
export async function isServed(home: string): Promise<boolean> {
  const client = await connect(home);
  client?.close();
  return client !== undefined;
}

/** Works with the running node, without which there is nothing to tell: exit 3. */
export async function withDaemon<T>(
  options: GlobalOptions,
  work: (daemon: ControlClient) => Promise<T>,
): Promise<T> {
  const home = await homeOf(options);
  const client = await connect(home);
  if (client === undefined) throw noNode(options, home);
  return closing(client, work);
}

export function noNode(options: GlobalOptions, home: string): UserError {
  const hint = `Start one: ${forHome("dispersy run", options)}`;
  return new UserError(`no node is running in ${home}`, hint, EXIT.noDaemon);
}

function noHome(options: GlobalOptions, home: string): UserError {
  const [init, run] = ["dispersy init", "dispersy run TICKET"].map((one) => forHome(one, options));
  return new UserError(`there is no node in ${home}`, `Make one: ${init}, or ${run}`);
}

/** The node that serves this home, if there is one. */
export async function connect(home: string): Promise<ControlClient | undefined> {
  const { ControlClient } = await import("../host/control/control.ts");
  return ControlClient.connect(home);
}

/** Does the work, then closes whatever came of it. */
export async function closing<S extends { close(): unknown }, T>(
  session: S,
  work: (session: S) => Promise<T>,
): Promise<T> {
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}
