import { Command } from "commander";
import { registerBench } from "./commands/bench.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerDoctor } from "./commands/doctor.ts";
import { registerDown } from "./commands/down.ts";
import { registerExport } from "./commands/export.ts";
import { registerGet } from "./commands/get.ts";
import { registerGrant } from "./commands/grant.ts";
import { registerHelp } from "./commands/help.ts";
import { registerImport } from "./commands/import.ts";
import { registerInit } from "./commands/init.ts";
import { registerInvite } from "./commands/invite.ts";
import { registerJoin } from "./commands/join.ts";
import { registerLeave } from "./commands/leave.ts";
import { registerLogs } from "./commands/logs.ts";
import { registerLs } from "./commands/ls.ts";
import { registerName } from "./commands/name.ts";
import { registerNetcheck } from "./commands/netcheck.ts";
import { registerOverlays } from "./commands/overlays.ts";
import { registerPeers } from "./commands/peers.ts";
import { registerPing } from "./commands/ping.ts";
import { registerPut } from "./commands/put.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerRun } from "./commands/run.ts";
import { registerStatus } from "./commands/status.ts";
import { registerSync } from "./commands/sync.ts";
import { registerTail } from "./commands/tail.ts";
import { registerTracker } from "./commands/tracker.ts";
import { registerUp } from "./commands/up.ts";
import { registerWait } from "./commands/wait.ts";
import { COMMON_VARIABLES, KEYS, VARIABLES, addSettings } from "./settings.ts";
import { prepare } from "./usage.ts";

const HELP_COLUMNS = 100;

/** What `dispersy` alone prints. */
export const START = `Keeps a set of small signed bundles identical on all machines of a group.
  dispersy run              start a node here; it prints a ticket
  dispersy run TICKET       on another machine: join with that ticket
  dispersy put "hello"      publish something; \`dispersy ls\` shows it everywhere
  dispersy --help           all commands`;

function help(program: Command): string {
  return `
Exit codes:
  0 done   1 failed   2 usage   3 no daemon   4 timed out   5 a check failed   6 refused for safety

${settings(program)}

Examples:
  $ dispersy init
  $ dispersy run --tracker tracker.example.org:6421
  $ dispersy put "hello"
  $ dispersy ls --json`;
}

/** Each variable that an option can come from, and the others that are read. */
function settings(program: Command): string {
  const others = COMMON_VARIABLES.map((parts) => `${parts.join(" ")}.`);
  const text =
    `Settings come from flags, else from the environment (${VARIABLES.join(", ")}), else, for run, from ` +
    `config.json in the home, such as {"listen": "0.0.0.0:6421"}; it may say ${[...KEYS.keys()].join(", ")}. ` +
    others.join(" ");
  return program.createHelp().boxWrap(text, HELP_COLUMNS);
}

/** In the order of the help. A command's module loads nothing heavy until its action runs. */
const COMMANDS: ((program: Command) => Command)[] = [
  registerInit,
  registerRun,
  registerUp,
  registerDown,
  registerLogs,
  registerTracker,
  registerJoin,
  registerLeave,
  registerOverlays,
  registerPut,
  registerLs,
  registerTail,
  registerGet,
  registerName,
  registerStatus,
  registerPeers,
  registerWait,
  registerPing,
  registerNetcheck,
  registerDoctor,
  registerGrant,
  registerInvite,
  registerSync,
  registerExport,
  registerImport,
  registerReplay,
  registerBench,
  registerHelp,
  registerCompletion,
];

/** The whole command line. Throws `CommanderError` instead of exiting. */
export function buildProgram(version: string): Command {
  const program = new Command("dispersy")
    .description("Keeps a set of small signed bundles identical on all machines of a group.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", ({ command }) => help(command));
  addSettings(program, "all");
  prepare(program);
  for (const register of COMMANDS) {
    prepare(register(program));
  }
  return program;
}
