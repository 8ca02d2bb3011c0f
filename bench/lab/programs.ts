import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Command line of a program of this folder, compiled or not as this file is. */
export function ownProgram(name: string, ...args: string[]): string[] {
  const here = fileURLToPath(import.meta.url);
  const file = fileURLToPath(new URL(name + here.slice(here.lastIndexOf(".")), import.meta.url));
  return [process.execPath, ...process.execArgv, file, ...args];
}

/** Resolves with the first line that a program prints; rejects when it ends without one. */
export function firstOutput(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout?.once("data", (chunk: Buffer) => resolve(chunk.toString()));
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`a program of the lab ended with ${code}`)));
  });
}
