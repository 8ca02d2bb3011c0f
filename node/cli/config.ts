import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { EXIT, UserError, codeOf, messageOf } from "../host/errors.ts";
import { KEYS, parseKey } from "./settings.ts";

export const CONFIG_FILE = "config.json";

/** Fills in what neither a flag nor the environment has set, from the home's config file if there is one. */
export function applyConfigFile(command: Command, home: string): void {
  const path = join(home, CONFIG_FILE);
  for (const [key, value] of Object.entries(readConfig(path))) {
    const source = command.getOptionValueSource(key);
    const parsed = parseSetting(path, key, value);
    if (source !== "cli" && source !== "env")
      command.setOptionValueWithSource(key, parsed, "config");
  }
}

function readConfig(path: string): object {
  let json: string;
  try {
    json = readFileSync(path, "utf8");
  } catch (error) {
    // A home that is a file, or somebody else's, is named by whoever opens it.
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error) ?? "") || !isVisible(path)) return {};
    throw mistake(`cannot read ${path}: ${messageOf(error)}`, "Make it readable, or remove it.");
  }
  let config: unknown;
  try {
    config = JSON.parse(json);
  } catch (error) {
    throw mistake(`${path} is not JSON: ${messageOf(error)}`, "Mend or remove the file.");
  }
  if (typeof config !== "object" || config === null || Array.isArray(config)) {
    throw mistake(
      `${path} is not a JSON object`,
      'It should look like {"listen": "0.0.0.0:6421"}.',
    );
  }
  return config;
}

/** Whether we may look into the folder that the file would be in. */
function isVisible(path: string): boolean {
  try {
    return lstatSync(path) !== undefined;
  } catch {
    return false;
  }
}

function parseSetting(path: string, key: string, value: unknown): unknown {
  const setting = KEYS.get(key);
  if (setting === undefined) {
    throw mistake(`${path}: unknown key "${key}"`, `Known keys: ${[...KEYS.keys()].join(", ")}.`);
  }
  try {
    return parseKey(setting, value);
  } catch (error) {
    throw mistake(`${path}: "${key}" cannot be ${JSON.stringify(value)}`, messageOf(error));
  }
}

function mistake(message: string, hint: string): UserError {
  return new UserError(message, hint, EXIT.usage);
}
