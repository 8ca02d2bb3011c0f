import { lstatSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { EXIT, UserError, codeOf, messageOf } from "../host/errors.ts";
import {
  LOG_LEVELS,
  PROFILE_NAMES,
  parseListenOption,
  parseMaxFlowsOption,
  parseMaxRateOption,
  parseMetricsOption,
  parseMinFreeOption,
  parseTrackerOption,
} from "./options.ts";

export const CONFIG_FILE = "config.json";

/** What the file may say, under the names of the options; a parser throws a sentence about the value. */
const SETTINGS: Record<string, (value: unknown) => unknown> = {
  listen: (value) => parseListenOption(text(value)),
  tracker: (value) =>
    (Array.isArray(value) ? value : [value]).flatMap((item) => parseTrackerOption(text(item))),
  portmap: truth,
  minFree: (value) => parseMinFreeOption(String(value)),
  maxFlows: (value) => parseMaxFlowsOption(String(value)),
  maxUp: (value) => parseMaxRateOption(String(value)),
  maxDown: (value) => parseMaxRateOption(String(value)),
  profile: (value) => oneOf(PROFILE_NAMES, value),
  metrics: (value) => parseMetricsOption(String(value)),
  logLevel: (value) => oneOf(LOG_LEVELS, value),
};

export const CONFIG_KEYS = Object.keys(SETTINGS);

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
  const parse = Object.hasOwn(SETTINGS, key) ? SETTINGS[key] : undefined;
  if (parse === undefined) {
    throw mistake(`${path}: unknown key "${key}"`, `Known keys: ${CONFIG_KEYS.join(", ")}.`);
  }
  try {
    return parse(value);
  } catch (error) {
    throw mistake(`${path}: "${key}" cannot be ${JSON.stringify(value)}`, messageOf(error));
  }
}

function mistake(message: string, hint: string): UserError {
  return new UserError(message, hint, EXIT.usage);
}

function text(value: unknown): string {
  if (typeof value !== "string") throw new Error("It must be a text in quotes.");
  return value;
}

function truth(value: unknown): boolean {
  if (typeof value !== "boolean") throw new Error("It must be true or false.");
  return value;
}

function oneOf(choices: readonly string[], value: unknown): string {
  const choice = choices.find((name) => name === value);
  if (choice === undefined) throw new Error(`It must be one of ${choices.join(", ")}.`);
  return choice;
}
