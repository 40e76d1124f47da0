// The page /verify: two files in, the verdict and every rule out. All texts are in the page already.
import { hex } from "./bytes.js";
import { readDeployment } from "./pinned.js";
import { verify } from "./verification.js";

const LARGEST = 1 << 20; // enough to tell that a file is too large

const find = (selector) => document.querySelector(selector);
const show = (element, visible) => element.toggleAttribute("hidden", !visible);
const moments = new Intl.DateTimeFormat(document.documentElement.lang, {
  dateStyle: "medium",
  timeStyle: "medium",
  timeZone: "Asia/Shanghai",
});
const moment = (seconds) => moments.format(new Date(seconds * 1000));

for (const input of document.querySelectorAll("input[type=file]")) input.addEventListener("change", check);

async function check() {
  const deployment = find("#deployment").files[0];
  const proof = find("#proof").files[0];
  show(find("#result"), false);
  show(find("#deployment-wrong"), false);
  if (!deployment) return;
  let pinned;
  try {
    pinned = readDeployment(await deployment.text());
  } catch {
    show(find("#deployment-wrong"), true);
    return;
  }
  if (proof) tell(verify(new Uint8Array(await proof.slice(0, LARGEST).arrayBuffer()), pinned));
}

function tell({ outcome, checks, shown }) {
  choose("outcome", outcome);
  show(find("#facts"), shown !== null);
  if (shown) tellFacts(shown);
  for (const line of document.querySelectorAll("[data-rule]")) {
    const found = checks.filter((one) => one.rule === line.dataset.rule).at(-1);
    show(line, found !== undefined);
    if (!found) continue;
    line.querySelector("[data-mark]").textContent = found.passed ? "✓" : "✗";
    line.querySelector("[data-got]").textContent = found.got;
    line.querySelector("[data-expected]").textContent = found.expected;
  }
  show(find("#result"), true);
}

function tellFacts({ block, handle, kind, meaning, organisation, parts, signer }) {
  choose("meaning", meaning);
  choose("kind", kind);
  const facts = {
    number: block.number,
    hash: hex(block.hash),
    time: moment(block.time),
    statedAt: moment(block.statedAt),
    handle,
    organisation,
    parts: parts.join(", "),
    signer: signer ? hex(signer) : "—",
  };
  for (const [name, value] of Object.entries(facts)) find(`[data-fact=${name}]`).textContent = value;
}

// Shows that one of the elements with this data attribute whose value it is.
function choose(name, value) {
  for (const element of document.querySelectorAll(`[data-${name}]`)) show(element, element.dataset[name] === value);
}
