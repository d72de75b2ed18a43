// The same figures for DBOS (TypeScript), a peer that keeps its flows in PostgreSQL.  Not part of
// the build; it needs Node 20 or later and a server on the same disk:
//   mkdir peer && cd peer && npm init -y && npm install @dbos-inc/dbos-sdk@5.3.0
//   cp .../bench/flow/dbos.mjs . && PEER_URL=postgresql://... node dbos.mjs
// Run it beside `bench/flow/run`.
import { DBOS } from "@dbos-inc/dbos-sdk";

const tenSteps = DBOS.registerWorkflow(async (n) => {
  for (let i = 0; i < 10; i++) await DBOS.runStep(async () => i, { name: "step" + i });
  return n;
}, { name: "ten-steps" });
DBOS.setConfig({ name: "peer", systemDatabaseUrl: process.env.PEER_URL, logLevel: "error", runAdminServer: false });
await DBOS.launch();

let number = 0;
const run = async () => (await DBOS.startWorkflow(tenSteps)(++number)).getResult();
for (let i = 0; i < 20; i++) await run();
const times = [];
for (let i = 0; i < 100; i++) {
  const began = performance.now();
  await run();
  times.push(performance.now() - began);
}
console.log(`ten-step flow, median: ${times.sort((a, b) => a - b)[50].toFixed(3)} ms`);

// 1,000 flows, 50 at once.
const began = performance.now();
const cpu = process.cpuUsage();
let left = 1000;
await Promise.all(Array.from({ length: 50 }, async () => { while (left-- > 0) await run(); }));
const used = process.cpuUsage(cpu);
console.log(`1,000 flows, 50 at once: ${(10_000_000 / (performance.now() - began)).toFixed(0)} steps a second`);
console.log(`of the processor, without the server: ${((used.user + used.system) / 10_000).toFixed(1)} microseconds a step`);
await DBOS.shutdown();
