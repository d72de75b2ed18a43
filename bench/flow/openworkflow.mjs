// The same figures for OpenWorkflow, a peer that keeps its flows in SQLite too.  Not part of the
// build; it needs Node 22 or later:
//   mkdir peer && cd peer && npm init -y && npm install openworkflow@0.10.1 node@24
//   cp .../bench/flow/openworkflow.mjs . && node_modules/.bin/node openworkflow.mjs
// Run it beside `bench/flow/run`, on the same disk and CPU.  Its workers poll, so a single flow waits
// for its turn; its client polls for results too, so a flow counts as ended when its body has.
import { rmSync } from "node:fs";
import { OpenWorkflow } from "openworkflow";
import { BackendSqlite } from "openworkflow/sqlite";

for (const end of ["", "-wal", "-shm"]) rmSync("peer.sqlite" + end, { force: true });
const backend = BackendSqlite.connect("peer.sqlite");
const ended = new Map();  // what is called when that flow's body has ended
const flows = new OpenWorkflow({ backend });
const tenSteps = flows.defineWorkflow({ name: "ten-steps" }, async ({ input, step }) => {
  for (let i = 0; i < 10; i++) await step.run({ name: "step" + i }, async () => i);
  ended.get(input.n)();
  return input.n;
});
const worker = flows.newWorker({ concurrency: 50 });
await worker.start();

let number = 0;
const run = () => new Promise((resolve) => {
  ended.set(++number, resolve);
  tenSteps.run({ n: number });
});
await run();
const times = [];
for (let i = 0; i < 30; i++) {
  const began = performance.now();
  await run();
  times.push(performance.now() - began);
}
console.log(`ten-step flow, median: ${times.sort((a, b) => a - b)[15].toFixed(3)} ms`);

const began = performance.now();
const cpu = process.cpuUsage();
await Promise.all(Array.from({ length: 1000 }, run));
const used = process.cpuUsage(cpu);
console.log(`1,000 flows, 50 at once: ${(10_000_000 / (performance.now() - began)).toFixed(0)} steps a second`);
console.log(`of the processor: ${((used.user + used.system) / 10_000).toFixed(1)} microseconds a step`);
await worker.stop();
await backend.stop();
