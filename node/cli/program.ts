import { Command } from "commander";
import { registerBench } from "./commands/bench.ts";
import { registerGet } from "./commands/get.ts";
import { registerGrant } from "./commands/grant.ts";
import { registerInit } from "./commands/init.ts";
import { registerInvite } from "./commands/invite.ts";
import { registerLs } from "./commands/ls.ts";
import { registerNetcheck } from "./commands/netcheck.ts";
import { registerPeers } from "./commands/peers.ts";
import { registerPing } from "./commands/ping.ts";
import { registerPut } from "./commands/put.ts";
import { registerReplay } from "./commands/replay.ts";
import { registerRun } from "./commands/run.ts";
import { registerStatus } from "./commands/status.ts";
import { registerTail } from "./commands/tail.ts";
import { registerTracker } from "./commands/tracker.ts";
import { registerWait } from "./commands/wait.ts";
import { globalOptions } from "./options.ts";
import { prepare } from "./usage.ts";

/** What `dispersy` alone prints. */
export const START = `dispersy keeps a set of small signed bundles identical on all machines of a group.
  dispersy run              start a node here; it prints a ticket
  dispersy run TICKET       on another machine: join with that ticket
  dispersy put "hello"      publish something; \`dispersy ls\` shows it everywhere
  dispersy --help           all commands`;

const HELP = `
Exit codes:
  0 done   1 failed   2 usage   3 no daemon   4 timed out   5 a check failed   6 refused for safety

Settings come from flags, else from the environment (DISPERSY_HOME, DISPERSY_LISTEN, DISPERSY_TRACKER,
DISPERSY_PROFILE, DISPERSY_LOG_LEVEL), else, for run, from config.json in the home
({"listen": "...", "tracker": ["..."], "profile": "...", "logLevel": "..."}).

Examples:
  $ dispersy init
  $ dispersy run --tracker tracker.example.org:6421
  $ dispersy put "hello"
  $ dispersy ls --json`;

/** In the order of the help. A command's module loads nothing heavy until its action runs. */
const COMMANDS: ((program: Command) => Command)[] = [
  registerInit,
  registerRun,
  registerTracker,
  registerPut,
  registerLs,
  registerTail,
  registerGet,
  registerStatus,
  registerPeers,
  registerWait,
  registerPing,
  registerNetcheck,
  registerGrant,
  registerInvite,
  registerReplay,
  registerBench,
];

/** The whole command line. Throws `CommanderError` instead of exiting. */
export function buildProgram(version: string): Command {
  const program = new Command("dispersy")
    .description("Keeps a set of small signed bundles identical on all machines of a group.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    .configureHelp({ showGlobalOptions: true })
    .addHelpText("after", HELP);
  for (const option of globalOptions()) program.addOption(option);
  prepare(program);
  for (const register of COMMANDS) {
    prepare(register(program));
  }
  return program;
}
