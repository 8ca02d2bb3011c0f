import type { Command } from "commander";
import { examples, optionsOf, publicOption } from "../options.ts";
import type { GlobalOptions } from "../options.ts";
import { forHome } from "../command-name.ts";
import { say, writeJson, writeLine } from "../output.ts";
import { withSession } from "../daemon-session.ts";
import { count, privacyWord } from "../text.ts";
import { sayWithoutPlaces } from "../tickets.ts";

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
  const { info, before, isRunning } = await withSession(
    options,
    async (session, running) => {
      const known = await session.call("overlays", {});
      const made = await session.call("create", {
        members: options.members === true,
        public: options.public === true,
      });
      return { info: made, before: known.length, isRunning: running };
    },
    { mayCreate: true },
  );
  const { member, overlay, ticket } = info;
  sayWithoutPlaces(ticket, options);
  if (options.json) return writeJson({ member, overlay, ticket, private: info.private });
  const privacy = privacyWord(info.private);
  await writeLine(`Overlay  ${overlay} (${privacy})\nMember   ${member}\nTicket   ${ticket}`);
  if (info.private) say("Keep the ticket secret: whoever has it reads everything.");
  if (before > 0) {
    const list = forHome("dispersy overlays", options);
    const leave = forHome(`dispersy leave ${overlay.slice(0, 6)}`, options);
    say(`This home has ${count(before + 1, "overlay")} now: see \`${list}\`.`);
    say(`Commands need to be told which one, such as this one: --overlay ${overlay.slice(0, 6)}`);
    say(`If you did not want another one: \`${leave}\``);
  }
  if (isRunning) say("The running node serves it already.");
}
