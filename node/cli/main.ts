#!/usr/bin/env node
import { execute } from "./execute.ts";
import { quietBrokenPipes, written } from "./output.ts";

/** A moment for what ends by itself. */
const LINGER_MS = 250;

quietBrokenPipes();
process.exitCode = await execute(process.argv.slice(2));
await written();
// All is closed, but a look-up of a name cannot be called off, and would keep the process for up to half a minute.
setTimeout(() => process.exit(), LINGER_MS).unref();
