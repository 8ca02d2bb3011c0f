import type { Command } from "commander";
import { examples, optionsOf } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";
import { sayWithoutPlaces } from "../tickets.ts";

interface InitOptions extends GlobalOptions {
  members?: boolean;
}

export function registerInit(program: Command): Command {
  return program
    .command("init")
    .description("make an identity and a new overlay, without starting the node")
    .option("--members", "only members may write, not everybody")
    .addHelpText("after", examples("dispersy init", "dispersy init --members --home ./team --json"))
    .action((_options, command: Command) => init(optionsOf(command)));
}

async function init(options: InitOptions): Promise<void> {
  const info = await withSession(
    options,
    (session) => session.call("create", { members: options.members === true }),
    { mayCreate: true },
  );
  const { member, overlay, ticket } = info;
  sayWithoutPlaces(ticket);
  if (options.json) return writeJson({ member, overlay, ticket });
  await writeLine(`Overlay  ${overlay}\nMember   ${member}\nTicket   ${ticket}`);
}
