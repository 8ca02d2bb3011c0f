import type { Command, Option } from "commander";

/** Those that are not settings of the node, or that every command has. */
const OTHERS = new Set(["home", "json", "ticketFile"]);

/** The settings that `up` got by flags or from its environment, as flags of `run`, which reads the config file. */
export function runArguments(command: Command): string[] {
  const given = command.options.filter((option) => isFrom(["cli", "env"], command, option));
  return given.flatMap((option) => flags(option, command.getOptionValue(option.attributeName())));
}

/** Whether there are settings among its flags. */
export function hasSettings(command: Command): boolean {
  return command.options.some((option) => isFrom(["cli"], command, option));
}

function isFrom(sources: readonly string[], command: Command, option: Option): boolean {
  const name = option.attributeName();
  const source = command.getOptionValueSource(name);
  return !OTHERS.has(name) && source !== undefined && sources.includes(source);
}

function flags({ long, negate }: Option, value: unknown): string[] {
  if (typeof value === "boolean") return value === negate ? [] : [long!];
  // Rates are in bytes per second, sizes in bytes, and both are read with this unit.
  const text = (one: unknown): string => String(one) + (/^--max-(up|down)$/.test(long!) ? "B" : "");
  return [value].flat().map((one) => `${long}=${text(one)}`);
}
