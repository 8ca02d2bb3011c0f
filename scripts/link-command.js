// Makes the built program what `npx dispersy` runs in this checkout.
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

process.chdir(join(import.meta.dirname, ".."));
const MAIN = "dist/node/cli/main.js";
const FOLDER = "node_modules/.bin";

mkdirSync(FOLDER, { recursive: true });
if (process.platform === "win32") {
  // Links take rights there that few users have; npm's own commands are such files, too.
  writeFileSync(
    join(FOLDER, "dispersy.cmd"),
    `@node "%~dp0\\..\\..\\${MAIN.replaceAll("/", "\\")}" %*\r\n`,
  );
} else {
  chmodSync(MAIN, 0o755);
  rmSync(join(FOLDER, "dispersy"), { force: true });
  symlinkSync(`../../${MAIN}`, join(FOLDER, "dispersy"));
}
