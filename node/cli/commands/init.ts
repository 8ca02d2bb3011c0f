import type { Command } from "commander";
import { examples, optionsOf, publicOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";
import { privacyWord } from "../text.ts";

interface InitOptions extends GlobalOptions {
  members?: boolean;
  public?: boolean;
}

export function registerInit(program: Command): Command {
  return program
    .command("init")
    .description("make an identity and a new overlay, without starting the node")
    .option("--members", "only members may write, not everybody")
    .addOption(publicOption())
    .addHelpText(
      "after",
      examples(
        "dispersy init",
        "dispersy init --members --home ./team --json",
        "dispersy init --public",
      ),
    )
    .action((_options, command: Command) => init(optionsOf(command)));
}

async function init(options: InitOptions): Promise<void> {
  const info = await withSession(
    options,
    (session) =>
      session.call("create", {
        members: options.members === true,
        public: options.public === true,
      }),
    { mayCreate: true },
  );
  const { member, overlay, ticket } = info;
  if (options.json) return writeJson({ member, overlay, ticket, private: info.private });
  const privacy = privacyWord(info.private);
  await writeLine(`Overlay  ${overlay} (${privacy})\nMember   ${member}\nTicket   ${ticket}`);
  if (info.private) say("Keep the ticket secret: whoever has it reads everything.");
  say("Start the node with `dispersy run`: its ticket then also says where to find it.");
}
