#!/usr/bin/env node
import { execute } from "./execute.ts";
import { watchStdout } from "./output.ts";

watchStdout();
const code = await execute(process.argv.slice(2));
// Output that was lost is a failure of a command that has none of its own.
if (code !== 0 || process.exitCode === undefined) process.exitCode = code;
