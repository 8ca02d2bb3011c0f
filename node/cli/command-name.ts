import { basename, delimiter, dirname } from "node:path";

/** What a person types to start this program once more: it was started as `script`, the second word of its command. */
export function startedAs(script: string, env: NodeJS.ProcessEnv): string {
  // It puts itself on the path, so it is to be asked first.
  if (env["npm_command"] === "exec") return "npx dispersy";
  const folders = (env["PATH"] ?? "").split(delimiter);
  if (basename(script) === "dispersy" && folders.includes(dirname(script))) return "dispersy";
  return `node ${/^[\w./-]+$/.test(script) ? script : JSON.stringify(script)}`;
}

let name = "dispersy";

/** To be called once, before anything is said. */
export function setCommandName(startedBy: string): void {
  name = startedBy;
}

/** The text with its commands, written as `dispersy run`, as they can be typed on this machine. */
export function typed(text: string): string {
  return text.replaceAll(/(?<!npx )\bdispersy (?=[a-z-])/g, () => `${name} `);
}
