/*
 * `npm run pages`: writes the pages of docs that come from the source. Tests compare them.
 */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { SCHEMA_FOLDER, schemaText, schemas } from "./schemas.ts";
import { settingsPage } from "./settings-page.ts";

writeFileSync("docs/settings.md", settingsPage());
rmSync(SCHEMA_FOLDER, { recursive: true, force: true });
mkdirSync(SCHEMA_FOLDER);
for (const [name, schema] of schemas()) {
  writeFileSync(`${SCHEMA_FOLDER}/${name}.json`, schemaText(schema));
}
