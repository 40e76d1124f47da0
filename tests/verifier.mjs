// Runs the browser's verifier under Node: cases on standard input as JSON, one to a line, results likewise.
import { createInterface } from "node:readline";

import { readDeployment } from "../api/static/verify/pinned.js";
import { verify } from "../api/static/verify/verification.js";

for await (const line of createInterface({ input: process.stdin })) {
  const { data, deployment } = JSON.parse(line);
  const { outcome, checks, shown } = verify(Buffer.from(data, "base64"), readDeployment(deployment));
  const passed = checks.filter((check) => check.passed).length;
  const { rule, got, expected } = checks.at(-1);
  console.log(JSON.stringify({ outcome, rule, got, expected, passed, count: checks.length, meaning: shown?.meaning }));
}
