/*
 * The command line with one switch of the usual profile off, to measure what it is worth: `without SWITCH WORDS...`.
 */
import { ADAPTIVE, type Profile } from "../../node/core/profile.ts";

const [name] = process.argv.splice(2, 1);
if (typeof ADAPTIVE[name as keyof Profile] !== "boolean") throw new Error(`no switch: ${name}`);
Object.assign(ADAPTIVE, { [name!]: false });
await import("../../node/cli/main.ts");
