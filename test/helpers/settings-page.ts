import { COMMON_VARIABLES, SETTINGS, keyOf } from "../../node/cli/settings.ts";
import type { Setting } from "../../node/cli/settings.ts";

const HEAD = `# Settings

A setting comes from its flag, else from its variable of the environment, else, for \`dispersy run\`, from its key in \`config.json\` in the home
of the node, such as \`{"listen": "0.0.0.0:6421", "maxUp": "2Mbit/s"}\`. A variable that is set to nothing is not set. \`npm run pages\` writes
this page from \`node/cli/settings.ts\`.
`;
const COLUMNS = ["flag", "variable", "key", "default", "unit", "taken by", "what it is"];

/** docs/settings.md, as the table of settings has it. */
export function settingsPage(): string {
  const rows = [COLUMNS, COLUMNS.map(() => "---"), ...SETTINGS.map(cells)];
  const table = rows.map((row) => `| ${row.join(" | ")} |`);
  const others = COMMON_VARIABLES.map(([name, sentence]) => `- \`${name}\` ${sentence}.`);
  return [HEAD, ...table, "", "Variables that other programs read, too:", "", ...others, ""].join(
    "\n",
  );
}

function cells(setting: Setting): string[] {
  const { flag, variable, isKey, unit, takers, sentence } = setting;
  return [
    code(flag),
    code(variable),
    code(isKey && keyOf(setting)),
    setting.default ?? "",
    unit,
    takers.join(", "),
    sentence,
  ];
}

function code(text: string | undefined): string {
  return text === undefined ? "" : `\`${text}\``;
}
