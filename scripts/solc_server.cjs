// Compiles one standard JSON input after another: a line in, a line out. Starting the compiler takes longer than most of
// the inputs of scripts/mutate_contracts.py, whose child this is.
"use strict";

const compiler = require("solc");
process.removeAllListeners("uncaughtException");
process.removeAllListeners("unhandledRejection");

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => process.stdout.write(compiler.compile(line) + "\n"));
