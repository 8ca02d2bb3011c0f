import type { Command } from "commander";
import { withSession } from "../daemon-session.ts";
import { forHome } from "../command-name.ts";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";

export function registerLeave(program: Command): Command {
  return program
    .command("leave")
    .description("take part in an overlay no longer; its keys and bundles stay in the home")
    .argument("<overlay>", "the beginning of its id; `dispersy overlays` lists them")
    .addHelpText("after", examples("dispersy leave 4f2a", "dispersy leave 4f2a --json"))
    .action((overlay: string, _options, command: Command) => leave(overlay, optionsOf(command)));
}

async function leave(named: string, options: GlobalOptions): Promise<void> {
  const { overlay } = await withSession(options, (session) =>
    session.call("leave", { overlay: named }),
  );
  if (options.json) return writeJson({ overlay });
  await writeLine(`Left  ${overlay}`);
  const join = forHome("dispersy join TICKET", options);
  say(`Keys and bundles stay here: \`${join}\` goes on as the same member.`);
}
