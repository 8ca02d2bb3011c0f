// `npm run pack [-- FOLDER]`: the tarball that people install, and its SHA-256 checksum, in one folder.
import { execSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What whoever installs it has no use for; npm would ask them whether to run the scripts. */
const OURS = ["scripts", "devDependencies", "workspaces", "overrides", "allowScripts"];

const folder = resolve(process.argv[2] ?? "packed");
process.chdir(join(import.meta.dirname, ".."));
const work = mkdtempSync(join(tmpdir(), "dispersy-pack-"));
try {
  const run = (command, cwd) => execSync(command, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  run(`npm pack --silent --ignore-scripts --pack-destination "${work}"`);
  const [first] = readdirSync(work);
  // GNU tar takes "C:" for a host, so it gets no such path.
  run(`tar -xzf ${first}`, work);
  const manifest = join(work, "package", "package.json");
  const whole = JSON.parse(readFileSync(manifest, "utf8"));
  const kept = Object.entries(whole).filter(([key]) => !OURS.includes(key));
  writeFileSync(manifest, `${JSON.stringify(Object.fromEntries(kept), null, 2)}\n`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  run(`npm pack --silent --ignore-scripts --pack-destination "${folder}"`, join(work, "package"));
} finally {
  rmSync(work, { recursive: true });
}
const [name] = readdirSync(folder);
const sum = createHash("sha256")
  .update(readFileSync(join(folder, name)))
  .digest("hex");
writeFileSync(join(folder, "SHA256SUMS"), `${sum}  ${name}\n`);
console.log(`${sum}  ${join(folder, name)}`);
