import { join } from "node:path";
import type { Command } from "commander";
import { EXIT, UserError } from "../../host/errors.ts";
import { quote } from "../../host/files/ownership.ts";
import type { ControlClient } from "../../host/control/control.ts";
import type { TrackerPlace } from "../../host/control/tracker-place.ts";
import type { Status } from "../../host/status/node-status.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { forHome } from "../command-name.ts";
import { closing, homeOf, isServed, noNode } from "../daemon-session.ts";
import { statusScreen } from "../status-view.ts";
import { trackerScreen } from "../tracker-view.ts";

/** What a tracker without a host in --listen is bound to. */
const ALL_INTERFACES = /^(?:0\.0\.0\.0|\[::\])(?=:)/;
/** One that works answers within milliseconds, on a busy machine within a second. */
const PATIENCE_MS = 10_000;

export function registerStatus(program: Command): Command {
  return program
    .command("status")
    .description("show on one screen how the running node is, and the trackers on this machine")
    .addHelpText("after", examples("dispersy status", "dispersy status --json"))
    .action((_options, command: Command) => status(optionsOf(command)));
}

/** All that run, one after the other; then, with its exit code, what was killed or hangs. */
async function status(options: GlobalOptions): Promise<void> {
  const home = await homeOf(options);
  const failures: UserError[] = [];
  let gap = "";
  for (const one of await processesIn(home, options)) {
    const report = await ask(one).catch(userError);
    if (report instanceof UserError) {
      failures.push(report);
      continue;
    }
    if (options.json) await writeJson(report);
    else await writeLine(`${gap}${screen(report)}`);
    gap = "\n";
  }
  const [first] = failures;
  if (first === undefined) return;
  throw new UserError(
    failures.map(({ message }) => message).join("; "),
    first.hint,
    first.exitCode,
  );
}

/** What may run, and how it is called where it does not. */
interface Process {
  connect: () => Promise<ControlClient | undefined>;
  missing: UserError;
  name: string;
}

/** The home's node unless there are only trackers, and the trackers of this folder. */
async function processesIn(home: string, options: GlobalOptions): Promise<Process[]> {
  const [{ ControlClient }, { trackersFolder, trackersIn }] = await Promise.all([
    import("../../host/control/control.ts"),
    import("../../host/control/tracker-place.ts"),
  ]);
  const trackers = trackersIn(options.home ?? trackersFolder()).map((place): Process => ({
    connect: () => ControlClient.connect(place.folder, place.socket),
    missing: deadTracker(place, options),
    name: `the tracker at ${place.listen}`,
  }));
  if (trackers.length > 0 && !(await isServed(home))) return trackers;
  const node = {
    connect: () => ControlClient.connect(home),
    missing: noNode(options, home),
    name: `the node in ${home}`,
  };
  return [node, ...trackers];
}

/** Rejects with a UserError where there is no answer. */
async function ask({ connect, missing, name }: Process): Promise<Status> {
  const client = await connect();
  if (client === undefined) throw missing;
  const hangs = new UserError(
    `${name} does not answer: it is stopped, or hangs`,
    "Its log may say why. If it stays so, end it and start it again.",
    EXIT.timedOut,
  );
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(hangs), PATIENCE_MS);
  });
  return closing(client, () => Promise.race([client.call("status", {}), tooLong])).finally(() =>
    clearTimeout(timer),
  );
}

function deadTracker({ folder, socket, listen }: TrackerPlace, options: GlobalOptions): UserError {
  const at = listen.replace(ALL_INTERFACES, "");
  const start = forHome(`dispersy tracker --listen ${at}`, options);
  return new UserError(
    `the tracker at ${at} is dead: it was killed or crashed, and nobody answers in its place`,
    `Start it again: ${start}; if it shall not run: rm ${quote(join(folder, socket))}`,
    EXIT.noDaemon,
  );
}

function userError(error: unknown): UserError {
  if (error instanceof UserError) return error;
  throw error;
}

function screen(report: Status): string {
  return report.role === "tracker" ? trackerScreen(report) : statusScreen(report);
}
