/*
 * `npm run pages`: writes the pages of docs that come from the source. Tests compare them.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ANSWERS_FILE, withFigures } from "../../bench/page/answers.ts";
import { readBaseline } from "../../bench/page/baseline.ts";
import { SCHEMA_FOLDER, schemaText, schemas } from "./schemas.ts";
import { datagramsPage } from "./datagrams-page.ts";
import { settingsPage } from "./settings-page.ts";

writeFileSync("docs/settings.md", settingsPage());
writeFileSync("docs/datagrams.md", datagramsPage());
const answers = readFileSync(ANSWERS_FILE, "utf8");
writeFileSync(ANSWERS_FILE, withFigures(answers, readBaseline("bench/results")));
rmSync(SCHEMA_FOLDER, { recursive: true, force: true });
mkdirSync(SCHEMA_FOLDER);
for (const [name, schema] of schemas()) {
  writeFileSync(`${SCHEMA_FOLDER}/${name}.json`, schemaText(schema));
}
