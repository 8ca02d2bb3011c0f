import { createRequire } from "node:module";
import type { Command } from "commander";
import { EXIT, UserError } from "../../host/errors.ts";
import { applyConfigFile } from "../config.ts";
import { homeOf } from "../daemon-session.ts";
import { diagnosisJson, diagnosisLine } from "../doctor-view.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { Progress, stdoutIsTerminal, terminalWidth, writeJson, writeLine } from "../output.ts";
import { addSettings } from "../settings.ts";

interface DoctorOptions extends GlobalOptions {
  listen?: string;
  tracker?: string[];
  minFree?: number;
  portmap: boolean;
}

export function registerDoctor(program: Command): Command {
  const command = program
    .command("doctor")
    .description("what is wrong with this machine, its network and its node, and what to do");
  return addSettings(command, "doctor")
    .addHelpText(
      "after",
      "\nLooks within 10 s, with a node running or without, and changes nothing. Exit code 5: there is a problem." +
        examples("dispersy doctor", "dispersy doctor --tracker tracker.example.org:6421 --json"),
    )
    .action((_options, command: Command) => doctor(command));
}

async function doctor(command: Command): Promise<void> {
  const home = await homeOf(optionsOf(command));
  applyConfigFile(command, home);
  const { json, listen, tracker = [], minFree, portmap } = optionsOf<DoctorOptions>(command);
  const [{ examine }, { lookAround }] = await Promise.all([
    import("../../host/doctor/examine.ts"),
    import("../../host/doctor/surroundings.ts"),
  ]);
  const settings = {
    trackers: tracker,
    portmap,
    ...(listen !== undefined && { listen }),
    ...(minFree !== undefined && { minFreeBytes: minFree }),
  };
  const around = lookAround(home, settings, { leastNodeVersion: leastNodeVersion() });
  const progress = new Progress();
  const found = await examine(around, (pending) => progress.show(waitingFor(pending)));
  progress.clear();
  for (const one of found) {
    const width = stdoutIsTerminal() ? terminalWidth() : Infinity;
    await (json ? writeJson(diagnosisJson(one)) : writeLine(diagnosisLine(one, width)));
  }
  const problems = found.filter(({ level }) => level === "problem");
  if (problems.length === 0) return;
  throw new UserError(
    `${problems.length} of ${found.length} checks found a problem: ${problems.map(({ check }) => check).join(", ")}`,
    "Do what is said there, and try again: dispersy doctor",
    EXIT.checkFailed,
  );
}

function leastNodeVersion(): string {
  const { engines } = createRequire(import.meta.url)("dispersy/package.json") as {
    engines: { node: string };
  };
  return engines.node.replace(/^[^0-9]+/, "");
}

function waitingFor(pending: readonly string[]): string {
  return `Looking, 10 s at most: ${pending.join(", ")} ...`.slice(0, terminalWidth() - 1);
}
