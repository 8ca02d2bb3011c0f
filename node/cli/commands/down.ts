import { existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { EXIT, HomeInUse, UserError } from "../../host/errors.ts";
import { connect, homeOf } from "../daemon-session.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { requireOwn } from "../own-home.ts";

/** A node writes down what it has under way: far less, unless its disk hangs. */
const STOP_TIMEOUT_MS = 30_000;
const LOOK_INTERVAL_MS = 50;

export function registerDown(program: Command): Command {
  return program
    .command("down")
    .description("stop the node, however it was started, and do not start it again by itself")
    .addHelpText("after", examples("dispersy down", "dispersy down --home /srv/node --json"))
    .action((_options, command: Command) => down(optionsOf(command)));
}

async function down(options: GlobalOptions): Promise<void> {
  const home = await homeOf(options);
  await requireOwn(home);
  const { serviceOf } = await import("../service/service-of.ts");
  const service = await serviceOf(home);
  const wasService = await service.stop();
  // What is no home is left as it is.
  const isHome = existsSync(join(home, "overlays"));
  const wasProcess = isHome && (await stopWhoeverServes(home));
  const stopped = wasService || wasProcess;
  await (options.json
    ? writeJson({ event: "down", stopped })
    : writeLine(stopped ? `The node in ${home} is stopped.` : `No node runs in ${home}.`));
}

/** Resolves once nobody has the home any more: whether a node was told to stop. */
async function stopWhoeverServes(home: string): Promise<boolean> {
  const end = performance.now() + STOP_TIMEOUT_MS;
  let wasTold = false;
  for (;;) {
    const inUse = await whyInUse(home);
    if (inUse === undefined) return wasTold;
    if (performance.now() > end) throw stillThere(inUse);
    // One that has just begun serves its home a moment later.
    wasTold ||= await tellToStop(home);
    await sleep(LOOK_INTERVAL_MS);
  }
}

/** Undefined when it could be taken, and was let go of again. */
async function whyInUse(home: string): Promise<HomeInUse | undefined> {
  const { lockHome } = await import("../../host/home/lock.ts");
  try {
    await (await lockHome(home)).release();
    return undefined;
  } catch (error) {
    if (error instanceof HomeInUse) return error;
    throw error;
  }
}

async function tellToStop(home: string): Promise<boolean> {
  const client = await connect(home);
  if (client === undefined) return false;
  try {
    // One that hangs does not answer.
    await Promise.race([
      client.call("stop", {}),
      sleep(STOP_TIMEOUT_MS, undefined, { ref: false }),
    ]);
    return true;
  } catch (error) {
    // It went away before its answer came.
    if (error instanceof UserError && error.exitCode === EXIT.noDaemon) return true;
    throw error;
  } finally {
    client.close();
  }
}

function stillThere({ message }: HomeInUse): UserError {
  return new UserError(
    `after ${STOP_TIMEOUT_MS / 1_000} s ${message} still`,
    "It may wait for its disk. `kill -9` with that number ends it at once; what it has stored stays whole.",
    EXIT.timedOut,
  );
}
