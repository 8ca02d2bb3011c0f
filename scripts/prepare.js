// npm's `prepare`: builds the checkout after `npm ci`.
import { execSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
// The first `npx dispersy` in a checkout asks for it as well: npm links the checkout into its folder of commands. What
// is built stays then, for a node may be running from it, and whoever types a command shall not wait for a build.
const isNpx = process.env.npm_command === "exec";
if (!isNpx || !existsSync(join(root, "dist/node/cli/main.js")))
  execSync("npm run build", { cwd: root, stdio: "inherit" });
