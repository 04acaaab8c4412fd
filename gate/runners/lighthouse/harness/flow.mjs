// One run of one flow: the steps before the first interaction load the page, the rest is measured.

const INTERACTIONS = new Set(['click', 'type', 'press']);

/** A step that could not be done; says which. */
export class StepError extends Error {}

/** Drive the flow with real input events and return the result of its timespan. */
export async function runFlow(tools, plan, item, chrome) {
  const patience = Math.min(15_000, item.seconds * 250); // for one step, in milliseconds
  const browser = await tools.puppeteer.connect({
    browserURL: `http://127.0.0.1:${chrome.port}`,
    defaultViewport: null,
  });
  const page = await browser.newPage();
  page.on('dialog', dialog => dialog.dismiss().catch(() => {}));
  const failures = watchNavigations(page);
  await emulate(tools, plan, page);
  if (plan.settings.extraHeaders) await page.setExtraHTTPHeaders(plan.settings.extraHeaders);

  const flow = await tools.startFlow(page, {config: tools.config(plan), flags: plan.settings});
  const first = item.steps.findIndex(step => INTERACTIONS.has(step.kind));
  const landings = [];
  for (const [index, step] of item.steps.entries()) {
    if (index === first) await flow.startTimespan();
    await runStep(page, step, index, landings, patience);
    if (failures.length) throw new StepError(`step ${index + 1} (${told(step)}): ${failures[0]}`);
  }
  await pause(500); // event timings reach the trace with the next frames
  await flow.endTimespan();
  const result = await flow.createFlowResult();
  await browser.disconnect();
  return {lhr: result.steps[0].lhr, landings};
}

async function runStep(page, step, index, landings, patience) {
  const shown = {visible: true, timeout: patience};
  try {
    switch (step.kind) {
      case 'goto':
        landings.push(await goTo(page, step.url, 3 * patience));
        break;
      case 'click':
        await page.waitForSelector(step.selector, shown);
        await page.click(step.selector);
        break;
      case 'type':
        await page.waitForSelector(step.selector, shown);
        await page.type(step.selector, step.text);
        break;
      case 'press':
        await page.keyboard.press(step.key);
        break;
      case 'wait_for':
        await page.waitForSelector(step.selector, shown);
        break;
      case 'scroll':
        await page.evaluate(pixels => window.scrollBy(0, pixels), step.pixels);
        break;
      default:
        throw new Error(`unknown kind of step ${step.kind}`);
    }
    await settle(page, patience);
  } catch (error) {
    throw new StepError(`step ${index + 1} (${told(step)}) on ${page.url()}: ${error.message}`);
  }
}

async function goTo(page, url, timeout) {
  const response = await page.goto(url, {waitUntil: 'load', timeout});
  if (response && response.status() >= 400) throw new Error(`answered ${response.status()}`);
  // Many pages attach their handlers after the load event; one that never rests is not waited for.
  await page.waitForNetworkIdle({idleTime: 500, timeout: 5000}).catch(() => {});
  return {asked: url, ended: page.url()};
}

/** Wait until what the step caused has been painted; a click may have left the page. */
async function settle(page, timeout) {
  const painted = () => new Promise(resolve =>
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(resolve, 100))));
  await page.evaluate(painted).catch(() => page.waitForNetworkIdle({timeout}));
}

function watchNavigations(page) {
  const failures = [];
  page.on('response', response => {
    const request = response.request();
    if (!request.isNavigationRequest() || request.frame() !== page.mainFrame()) return;
    if (response.status() >= 400) failures.push(`${response.url()} answered ${response.status()}`);
  });
  return failures;
}

/** Emulate the device before the page loads, exactly as the timespan will. */
async function emulate(tools, plan, page) {
  const session = await page.createCDPSession();
  const adapter = {sendCommand: (method, params) => session.send(method, params)};
  await tools.emulate(adapter, tools.settings(plan));
}

function told(step) {
  return `${step.kind} ${step.url ?? step.selector ?? step.key ?? step.pixels}`;
}

function pause(milliseconds) {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
