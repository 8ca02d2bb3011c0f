import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { UserError } from "../../node/host/errors.ts";

/** A program beside this file that needs a package of bench/peers. Throws a UserError when that is not installed. */
export function foreignProgram(program: string, name: string): string {
  // The packages stand beside the source only; compiled files find them from bench/dist/bench/peers.
  const folders = ["./", "../../../peers/"];
  const paths = folders.map((folder) => fileURLToPath(new URL(folder, import.meta.url)));
  const folder = paths.find((path) => existsSync(`${path}node_modules/${name}`));
  if (folder !== undefined) return folder + program;
  throw new UserError(`${name} is not installed`, "Run `npm ci` in bench/peers of a checkout.");
}

export function isInstalled(name: string): boolean {
  try {
    foreignProgram("", name);
    return true;
  } catch {
    return false;
  }
}
