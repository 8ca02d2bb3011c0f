import { posix, win32 } from "node:path";
import { quote } from "../host/files/ownership.ts";

/** How and where a program was started. */
export interface Start {
  /** The second word of its command. */
  script: string;
  /** The file that it is, links followed. */
  file: string;
  env: NodeJS.ProcessEnv;
  platform: NodeJS.Platform;
}

/** What a person types to start this program once more on this machine. */
export function startedAs({ script, env, platform }: Start): string {
  // It puts itself on the path, so it is to be asked first.
  if (["exec", "start"].includes(env["npm_command"] ?? "")) return "npx dispersy";
  const path = platform === "win32" ? win32 : posix;
  const folders = (env["PATH"] ?? env["Path"] ?? "").split(path.delimiter);
  // On Windows a file beside node_modules calls the script by its own path.
  const [prefix = ""] = script.split(/[\\/]node_modules[\\/]/);
  const named = platform === "win32" ? prefix !== script : path.basename(script) === "dispersy";
  const folder = platform === "win32" ? prefix : path.dirname(script);
  if (named && folders.includes(folder)) return "dispersy";
  return `node ${/^[\w./-]+$/.test(script) ? script : `"${script}"`}`;
}

/**
 * What starts it on another machine, and where: the name belongs to nobody, so npx, outside of a checkout, would run
 * whatever somebody publishes under it.
 */
export function startElsewhere({ file }: Pick<Start, "file">): { where: string; command: string } {
  return /[\\/]node_modules[\\/]/.test(file)
    ? { where: "where dispersy is installed", command: "dispersy run" }
    : { where: "in a checkout of dispersy after npm ci", command: "npm start --" };
}

let here = "dispersy";
let elsewhere = startElsewhere({ file: "/node_modules/" });

/** To be called once, before anything is said. */
export function setCommandName(start: Start): void {
  here = startedAs(start);
  elsewhere = startElsewhere(start);
}

/** The text with its commands, written as `dispersy run`, as they can be typed on this machine. Paths stay. */
export function typed(text: string): string {
  return text.replaceAll(/(?<![\w/\\.-]|npx )dispersy (?=[a-z-])/g, () => `${here} `);
}

/** A command such as `dispersy down` for the home that this one was given, if any. */
export function forHome(command: string, { home }: { home?: string }): string {
  return home === undefined ? command : `${command} --home ${quote(home)}`;
}

/** Two lines that say how to join on another machine: with what argument, and what is done with it, if anything. */
export function joinElsewhere(argument: string, advice = ""): string {
  return `Join from another machine, ${elsewhere.where}${advice}:\n  ${elsewhere.command} ${argument}`;
}
