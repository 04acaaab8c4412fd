// node main.mjs --out=FILE < plan.json
// Measures each item of the plan with a fresh Chrome and appends one line of JSON for each:
// {"id", "seconds", "lhr", "landings"?} or {"id", "seconds", "code", "message"}. A killed harness
// leaves whole lines, and its exit code says that they are not all. Says nothing on stdout.
// Node 22.19 or newer; Lighthouse 12.8.2 and 13.5.0 were tried.
import fs from 'node:fs';
import {endAll, endChrome, launchChrome, removeLater} from './chrome.mjs';
import {StepError, runFlow} from './flow.mjs';
import {loadPage} from './page.mjs';
import {loadTools} from './tools.mjs';

const MEASURE = {page: loadPage, flow: runFlow};
const gate = process.ppid;
const out = process.argv[2].replace(/^--out=/, '');
const plan = JSON.parse(fs.readFileSync(0, 'utf8'));

let tools;
for (const [signal, code] of [['SIGINT', 130], ['SIGTERM', 143], ['SIGHUP', 129]]) {
  process.on(signal, () => {
    endAll(tools);
    if (process.ppid !== gate) removeLater(plan.scratch);
    process.exit(code);
  });
}
// A load that was given up may still fail afterwards; its line has been written already.
process.on('unhandledRejection', error => process.stderr.write(`afterwards: ${error}\n`));

tools = await loadTools(plan.lighthouse);
for (const item of plan.items) {
  const began = performance.now();
  const answer = await measure(item);
  write({id: item.id, seconds: (performance.now() - began) / 1000, ...answer});
}
process.exit(0);

async function measure(item) {
  let chrome;
  let clock;
  let over = false;
  const late = new Promise(resolve => {
    const answer = failed('TIMEOUT', `not done within ${item.seconds} s`);
    clock = setTimeout(() => resolve(answer), item.seconds * 1000);
  });
  const work = async () => {
    chrome = await launchChrome(tools, plan, item.id);
    if (over) return endChrome(tools, chrome);
    return MEASURE[item.kind](tools, plan, item, chrome);
  };
  try {
    return await Promise.race([work(), late]);
  } catch (error) {
    return failed(codeOf(error, chrome), String(error?.message ?? error));
  } finally {
    over = true;
    clearTimeout(clock);
    await endChrome(tools, chrome);
  }
}

function codeOf(error, chrome) {
  if (!chrome) return 'CHROME';
  return error instanceof StepError ? 'STEP' : 'ERROR';
}

function failed(code, message) {
  return {code, message: message.slice(0, 2000)};
}

/** Append one whole line; headers are secrets and Lighthouse repeats them. */
function write(answer) {
  if (answer.lhr?.configSettings) delete answer.lhr.configSettings.extraHeaders;
  fs.appendFileSync(out, `${JSON.stringify(answer)}\n`);
}
