/*
 * `npm run pages`: writes the pages of docs that come from tables in the source. Tests compare them.
 */
import { writeFileSync } from "node:fs";
import { settingsPage } from "./settings-page.ts";

writeFileSync("docs/settings.md", settingsPage());
